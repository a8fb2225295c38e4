package as2

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
)

// encrypt makes enveloped data for a recipient, as the agreement says.
func encrypt(plain []byte, a Agreement, to *x509.Certificate) ([]byte, error) {
	algorithm, size := oidAES256, 32
	if a.Cipher == AES128 {
		algorithm, size = oidAES128, 16
	}
	key, iv := make([]byte, size), make([]byte, aes.BlockSize)
	_, _ = rand.Read(key)
	_, _ = rand.Read(iv)
	recipient, err := wrapKey(key, to, a.OAEP)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	sealed := append(append(make([]byte, 0, len(plain)+pad), plain...), bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(sealed, sealed)
	return wrap(oidEnveloped, struct {
		Version    int
		Recipients []asn1.RawValue `asn1:"set"`
		Content    encryptedContent
	}{
		Recipients: []asn1.RawValue{{FullBytes: recipient}},
		Content: encryptedContent{
			Type:      oidData,
			Algorithm: pkix.AlgorithmIdentifier{Algorithm: algorithm, Parameters: asn1.RawValue{Tag: asn1.TagOctetString, Bytes: iv}},
			Content:   asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, Bytes: sealed},
		},
	})
}

// wrapKey makes the part of enveloped data that is for the recipient.
func wrapKey(key []byte, to *x509.Certificate, oaep bool) ([]byte, error) {
	public, isRSA := to.PublicKey.(*rsa.PublicKey)
	if !isRSA {
		return nil, fmt.Errorf("%w: only RSA keys encrypt", ErrCertificate)
	}
	who, err := asn1.Marshal(issuerAndSerial{Issuer: asn1.RawValue{FullBytes: to.RawIssuer}, Serial: to.SerialNumber})
	if err != nil {
		return nil, err
	}
	r := keyTransport{
		Recipient: asn1.RawValue{FullBytes: who},
		Algorithm: pkix.AlgorithmIdentifier{Algorithm: oidRSA, Parameters: asn1.NullRawValue},
	}
	if oaep {
		if r.Algorithm, err = oaepWithSHA256(); err == nil {
			r.Key, err = rsa.EncryptOAEP(sha256.New(), rand.Reader, public, key, nil)
		}
	} else {
		r.Key, err = rsa.EncryptPKCS1v15(rand.Reader, public, key) //nolint:staticcheck // what partners have
	}
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(r)
}

// oaepParameters are those of RFC 4055, 4.1.
type oaepParameters struct {
	Hash   pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:0"`
	Mask   pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:1"`
	Source pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:2"`
}

func oaepWithSHA256() (pkix.AlgorithmIdentifier, error) {
	hash := pkix.AlgorithmIdentifier{Algorithm: oidSHA256, Parameters: asn1.NullRawValue}
	inner, err := asn1.Marshal(hash)
	if err != nil {
		return hash, err
	}
	parameters, err := asn1.Marshal(struct {
		Hash pkix.AlgorithmIdentifier `asn1:"explicit,tag:0"`
		Mask pkix.AlgorithmIdentifier `asn1:"explicit,tag:1"`
	}{hash, pkix.AlgorithmIdentifier{Algorithm: oidMGF1, Parameters: asn1.RawValue{FullBytes: inner}}})
	return pkix.AlgorithmIdentifier{Algorithm: oidOAEP, Parameters: asn1.RawValue{FullBytes: parameters}}, err
}

var (
	errNotForUs  = errors.New("as2: it is not encrypted for any of our certificates")
	errCipher    = errors.New("as2: encrypted with an algorithm that was not agreed")
	errEncrypted = errors.New("as2: what is encrypted cannot be read")
)

// decrypt opens enveloped data. A wrong key and a wrong padding are no errors:
// the first gives other bytes, the second the padding with them and padded
// false. Who sends altered messages must not learn which it was.
func decrypt(info contentInfo, ids []Identity, tripleDES bool) (plain []byte, padded bool, err error) {
	var data envelopedData
	if _, err := asn1.Unmarshal(info.Content.Bytes, &data); err != nil {
		return nil, false, errBER
	}
	var newCipher func([]byte) (cipher.Block, error)
	size := 0
	switch a := data.Content.Algorithm.Algorithm; {
	case a.Equal(oidAES128):
		newCipher, size = aes.NewCipher, 16
	case a.Equal(oidAES192):
		newCipher, size = aes.NewCipher, 24
	case a.Equal(oidAES256):
		newCipher, size = aes.NewCipher, 32
	case a.Equal(oidTripleDES) && tripleDES:
		newCipher, size = des.NewTripleDESCipher, 24
	default:
		return nil, false, errCipher
	}
	key, err := contentKey(data.Recipients, ids, size)
	if err != nil {
		return nil, false, err
	}
	block, err := newCipher(key)
	if err != nil {
		return nil, false, err
	}
	sealed, err := octets(data.Content.Content)
	iv := data.Content.Algorithm.Parameters.Bytes
	if err != nil || len(sealed) == 0 || len(sealed)%block.BlockSize() != 0 || len(iv) != block.BlockSize() {
		return nil, false, errEncrypted
	}
	plain = make([]byte, len(sealed))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, sealed)
	n, ok := padding(plain, block.BlockSize())
	return plain[:len(plain)-n], ok, nil
}

// padding returns how much of the end is padding; 0 and false if it is wrong.
func padding(plain []byte, block int) (int, bool) {
	n := int(plain[len(plain)-1])
	if n < 1 || n > block || n > len(plain) {
		return 0, false
	}
	if !bytes.Equal(plain[len(plain)-n:], bytes.Repeat([]byte{byte(n)}, n)) {
		return 0, false
	}
	return n, true
}

// contentKey finds the recipient that we are, and unwraps its key.
func contentKey(recipients []asn1.RawValue, ids []Identity, size int) ([]byte, error) {
	for _, raw := range recipients {
		var r keyTransport
		if raw.Class != asn1.ClassUniversal {
			continue // other ways to agree on a key
		}
		if _, err := asn1.Unmarshal(raw.FullBytes, &r); err != nil {
			return nil, errBER
		}
		for _, id := range ids {
			if id.Certificate == nil || !isRecipient(r.Recipient, id.Certificate) {
				continue
			}
			return unwrapKey(r, id.Key, size)
		}
	}
	return nil, errNotForUs
}

func isRecipient(r asn1.RawValue, c *x509.Certificate) bool {
	if r.Class == asn1.ClassContextSpecific && r.Tag == 0 {
		return len(c.SubjectKeyId) > 0 && bytes.Equal(r.Bytes, c.SubjectKeyId)
	}
	var who issuerAndSerial
	_, err := asn1.Unmarshal(r.FullBytes, &who)
	return err == nil && bytes.Equal(who.Issuer.FullBytes, c.RawIssuer) && who.Serial.Cmp(c.SerialNumber) == 0
}

func unwrapKey(r keyTransport, key crypto.Signer, size int) ([]byte, error) {
	d, can := key.(crypto.Decrypter)
	if !can {
		return nil, errNotForUs
	}
	var how crypto.DecrypterOpts
	switch a := r.Algorithm.Algorithm; {
	case a.Equal(oidRSA):
		how = &rsa.PKCS1v15DecryptOptions{SessionKeyLen: size} //nolint:staticcheck // what partners have; a random key in place of an error
	case a.Equal(oidOAEP):
		options, err := optionsOfOAEP(r.Algorithm.Parameters)
		if err != nil {
			return nil, err
		}
		how = options
	default:
		return nil, errCipher
	}
	content, err := d.Decrypt(rand.Reader, r.Key, how)
	if err != nil || len(content) != size {
		return nil, errEncrypted
	}
	return content, nil
}

// optionsOfOAEP are the hashes that were used: SHA-1 where none is stated.
func optionsOfOAEP(p asn1.RawValue) (*rsa.OAEPOptions, error) {
	var parameters oaepParameters
	if len(p.FullBytes) > 0 {
		if _, err := asn1.Unmarshal(p.FullBytes, &parameters); err != nil {
			return nil, errBER
		}
	}
	options := &rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1}
	if parameters.Hash.Algorithm != nil {
		d, known := digestOf(parameters.Hash.Algorithm)
		if !known {
			return nil, errCipher
		}
		options.Hash = d.hash
	}
	if parameters.Mask.Algorithm != nil {
		var inner pkix.AlgorithmIdentifier
		_, err := asn1.Unmarshal(parameters.Mask.Parameters.FullBytes, &inner)
		d, known := digestOf(inner.Algorithm)
		if err != nil || !known || !parameters.Mask.Algorithm.Equal(oidMGF1) {
			return nil, errCipher
		}
		options.MGFHash = d.hash
	}
	return options, nil
}
