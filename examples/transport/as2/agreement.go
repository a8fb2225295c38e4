package as2

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/o2ckit/o2c/examples/transport"
)

// Identity is a certificate with its private key.
type Identity struct {
	Certificate *x509.Certificate
	// Key signs and decrypts: an RSA key, or one in a device that does the same.
	Key crypto.Signer
}

// Cipher is the content encryption that messages are sent with.
type Cipher int

// The ciphers.
const (
	AES256 Cipher = iota
	AES128
)

// ReceiptMode is how the partner's receipts come.
type ReceiptMode int

// The modes.
const (
	// Synchronous: in the answer to the message.
	Synchronous ReceiptMode = iota
	// Asynchronous: later, as a request of the partner's.
	Asynchronous
	// NoReceipt: not at all. Nothing then shows that the partner has the message.
	NoReceipt
)

// Agreement is what was agreed with a partner. It holds for both directions.
type Agreement struct {
	// Us and Partner are the AS2 identifiers, 1 to 128 printable ASCII
	// characters each. Required.
	Us, Partner string
	// Identity is ours. Required unless nothing is signed or encrypted.
	Identity Identity
	// Former are earlier identities that the partner may still encrypt for.
	Former []Identity
	// Certificates are the partner's: the first one that is valid is encrypted
	// for, a signature by any of them that is valid is good. Give the next one
	// before the present one ends.
	Certificates []*x509.Certificate

	// URL is where the partner takes messages. Required to send.
	URL string
	// Cipher encrypts what is sent.
	Cipher Cipher
	// OAEP wraps its key with RSA-OAEP and SHA-256, which is better; without it
	// with PKCS #1 v1.5, which all AS2 software has. Both are accepted.
	OAEP bool
	// Compress compresses what is sent, before it is signed (RFC 5402).
	Compress bool
	// Receipt is how receipts for what is sent come; ReceiptURL is our address
	// for asynchronous ones.
	Receipt    ReceiptMode
	ReceiptURL string
	// PartnerReceiptURL is the address that the partner takes asynchronous
	// receipts at. Empty: it does not ask for any.
	PartnerReceiptURL string

	// Unsigned, Unencrypted and UnsignedReceipt lower the demands on what comes,
	// and what is sent is made so.
	Unsigned, Unencrypted, UnsignedReceipt bool
	// SHA1 and TripleDES are accepted in what comes. They are never sent.
	SHA1, TripleDES bool
}

// Validate returns a *transport.ConfigError for an agreement that cannot work.
func (a Agreement) Validate() error {
	wrong := func(field, reason string) error {
		return &transport.ConfigError{Field: field, Reason: reason}
	}
	switch {
	case !validName(a.Us):
		return wrong("Us", fmt.Sprintf("%q is no AS2 identifier", a.Us))
	case !validName(a.Partner):
		return wrong("Partner", fmt.Sprintf("%q is no AS2 identifier", a.Partner))
	case a.Us == a.Partner:
		return wrong("Partner", "it is the same as ours")
	case a.Cipher != AES256 && a.Cipher != AES128:
		return wrong("Cipher", "no such cipher")
	case a.Receipt == Asynchronous && a.ReceiptURL == "":
		return wrong("ReceiptURL", "asynchronous receipts need an address to come to")
	}
	if !a.Unsigned || !a.Unencrypted || !a.UnsignedReceipt {
		if a.Identity.Certificate == nil || a.Identity.Key == nil {
			return wrong("Identity", "a certificate and its key are needed")
		}
		if len(a.Certificates) == 0 {
			return wrong("Certificates", "none of the partner's is known")
		}
	}
	for _, id := range append([]Identity{a.Identity}, a.Former...) {
		if id.Certificate != nil && !sameKey(id) {
			return wrong("Identity", "the key is not that of the certificate")
		}
	}
	for field, at := range map[string]string{"URL": a.URL, "ReceiptURL": a.ReceiptURL, "PartnerReceiptURL": a.PartnerReceiptURL} {
		u, err := url.Parse(at)
		if at != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			return wrong(field, fmt.Sprintf("%q is no HTTP address", at))
		}
	}
	return nil
}

func sameKey(id Identity) bool {
	type comparer interface{ Equal(crypto.PublicKey) bool }
	if id.Key == nil {
		return false
	}
	public, ok := id.Key.Public().(comparer)
	return ok && public.Equal(id.Certificate.PublicKey)
}

// recipient is the partner's certificate to encrypt for.
func (a Agreement) recipient(now time.Time) (*x509.Certificate, error) {
	for _, c := range a.Certificates {
		if _, isRSA := c.PublicKey.(*rsa.PublicKey); isRSA && validAt(c, now) {
			return c, nil
		}
	}
	return nil, fmt.Errorf("%w: none of %s's certificates is valid for encryption", ErrCertificate, a.Partner)
}

func validAt(c *x509.Certificate, now time.Time) bool {
	return !now.Before(c.NotBefore) && !now.After(c.NotAfter)
}

// validName checks an AS2 identifier (RFC 4130, 6.2).
func validName(s string) bool {
	return s != "" && len(s) <= 128 && strings.TrimSpace(s) == s &&
		!strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// quoteName writes an AS2 identifier as a header has it.
func quoteName(s string) string {
	if !strings.ContainsAny(s, ` "\`) {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// parseName reads an AS2 identifier from a header.
func parseName(s string) string {
	s = strings.TrimSpace(s)
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	var name strings.Builder
	quoted := s[1 : len(s)-1]
	for i := 0; i < len(quoted); i++ {
		if quoted[i] == '\\' && i+1 < len(quoted) {
			i++
		}
		name.WriteByte(quoted[i])
	}
	return name.String()
}
