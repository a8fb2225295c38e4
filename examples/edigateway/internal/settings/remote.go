package settings

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"golang.org/x/crypto/ssh"

	"github.com/o2ckit/o2c/examples/edigateway/relay"
	"github.com/o2ckit/o2c/examples/transport/as2"
	"github.com/o2ckit/o2c/examples/transport/mailbox"
	"github.com/o2ckit/o2c/examples/transport/sftp"
)

// SFTP is a pair of directories of a server.
type SFTP struct {
	Address string `yaml:"address"`
	User    string `yaml:"user"`
	// Key is the file of the private key, of OpenSSH or PEM, without a passphrase.
	Key string `yaml:"key"`
	// KnownHosts is a file of OpenSSH with the key of the server.
	KnownHosts string `yaml:"known_hosts"`
	// Owner is the name of this gateway among those that use the directories.
	Owner string `yaml:"owner"`
	In    string `yaml:"in"`
	Out   string `yaml:"out"`
	// Remove removes files that were taken instead of moving them to in/done.
	Remove bool `yaml:"remove"`
}

func (s *Settings) sftp(f *SFTP, g *relay.Route, p *Program) error {
	text, err := os.ReadFile(s.path(f.Key))
	if err != nil {
		return fmt.Errorf("sftp: key: %w", err)
	}
	key, err := ssh.ParsePrivateKey(text)
	if err != nil {
		return fmt.Errorf("sftp: key: %w", err)
	}
	known, err := sftp.KnownHosts(s.path(f.KnownHosts))
	if err != nil {
		return fmt.Errorf("sftp: known_hosts: %w", err)
	}
	box, err := sftp.NewMailbox(sftp.Config{
		Address: f.Address, User: f.User, Auth: []ssh.AuthMethod{ssh.PublicKeys(key)}, HostKey: known, Owner: f.Owner,
	}, mailbox.SourceConfig{In: f.In, Remove: f.Remove, Name: g.Name}, mailbox.SinkConfig{Dir: f.Out})
	if err != nil {
		return err
	}
	p.closers = append(p.closers, box.Close)
	g.Source, g.Sink = box, box
	return nil
}

// AS2 is an agreement; see as2.Agreement. Files are PEM.
type AS2 struct {
	Us      string `yaml:"us"`
	Partner string `yaml:"partner"`
	URL     string `yaml:"url"`
	// Certificate and Key are ours, PartnerCertificates the partner's.
	Certificate         string   `yaml:"certificate"`
	Key                 string   `yaml:"key"`
	PartnerCertificates []string `yaml:"partner_certificates"`
	// ReceiptURL is where the partner is to send receipts later; without it they
	// come in the answer. PartnerReceiptURL is where it wants those of ours.
	ReceiptURL        string `yaml:"receipt_url"`
	PartnerReceiptURL string `yaml:"partner_receipt_url"`

	AES128          bool `yaml:"aes128"`
	OAEP            bool `yaml:"oaep"`
	Compress        bool `yaml:"compress"`
	Unsigned        bool `yaml:"unsigned"`
	Unencrypted     bool `yaml:"unencrypted"`
	UnsignedReceipt bool `yaml:"unsigned_receipt"`
	SHA1            bool `yaml:"sha1"`
	TripleDES       bool `yaml:"triple_des"`
}

func (s *Settings) as2(a *AS2, g *relay.Route) error {
	g.AS2 = &as2.Agreement{
		Us: a.Us, Partner: a.Partner, URL: a.URL, ReceiptURL: a.ReceiptURL, PartnerReceiptURL: a.PartnerReceiptURL,
		OAEP: a.OAEP, Compress: a.Compress, Unsigned: a.Unsigned, Unencrypted: a.Unencrypted, UnsignedReceipt: a.UnsignedReceipt,
		SHA1: a.SHA1, TripleDES: a.TripleDES,
	}
	if a.AES128 {
		g.AS2.Cipher = as2.AES128
	}
	if a.ReceiptURL != "" {
		g.AS2.Receipt = as2.Asynchronous
	}
	var err error
	if a.Certificate != "" {
		if g.AS2.Identity.Certificate, err = s.certificate(a.Certificate); err != nil {
			return fmt.Errorf("as2: certificate: %w", err)
		}
		if g.AS2.Identity.Key, err = s.key(a.Key); err != nil {
			return fmt.Errorf("as2: key: %w", err)
		}
	}
	for _, name := range a.PartnerCertificates {
		c, err := s.certificate(name)
		if err != nil {
			return fmt.Errorf("as2: partner_certificates: %w", err)
		}
		g.AS2.Certificates = append(g.AS2.Certificates, c)
	}
	return g.AS2.Validate()
}

func (s *Settings) pem(name string) (*pem.Block, error) {
	text, err := os.ReadFile(s.path(name))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s is no PEM file", name)
	}
	return block, nil
}

func (s *Settings) certificate(name string) (*x509.Certificate, error) {
	block, err := s.pem(name)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(block.Bytes)
}

func (s *Settings) key(name string) (crypto.Signer, error) {
	block, err := s.pem(name)
	if err != nil {
		return nil, err
	}
	var key any
	if block.Type == "RSA PRIVATE KEY" {
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	} else {
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, err
	}
	signer, can := key.(crypto.Signer)
	if !can {
		return nil, errors.New("the key cannot sign")
	}
	return signer, nil
}
