package as2

import (
	"bytes"
	"compress/zlib"
	"crypto"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"

	"github.com/o2ckit/o2c/examples/transport"
)

// Object identifiers of RFC 5652, 3274, 3370 and 3565.
var (
	oidData       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidEnveloped  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 3}
	oidCompressed = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 9}
	oidZlib       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 3, 8}
	oidRSA        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidMGF1       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
	oidOAEP       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 7}
	oidTripleDES  = asn1.ObjectIdentifier{1, 2, 840, 113549, 3, 7}
	oidAES128     = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 2}
	oidAES192     = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 22}
	oidAES256     = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}
	oidSHA1       = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	oidSHA256     = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA384     = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}
	oidSHA512     = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
)

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,optional,tag:0"`
}

type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

type keyTransport struct {
	Version   int
	Recipient asn1.RawValue
	Algorithm pkix.AlgorithmIdentifier
	Key       []byte
}

type encryptedContent struct {
	Type      asn1.ObjectIdentifier
	Algorithm pkix.AlgorithmIdentifier
	Content   asn1.RawValue `asn1:"optional,tag:0"`
}

type envelopedData struct {
	Version    int
	Originator asn1.RawValue   `asn1:"optional,tag:0"`
	Recipients []asn1.RawValue `asn1:"set"`
	Content    encryptedContent
	Attributes asn1.RawValue `asn1:"optional,tag:1"`
}

type compressedData struct {
	Version   int
	Algorithm pkix.AlgorithmIdentifier
	Content   contentInfo
}

// contentOf reads what kind of PKCS#7 something is, and its content.
func contentOf(ber []byte) (contentInfo, error) {
	der, err := definite(ber)
	if err != nil {
		return contentInfo{}, err
	}
	var info contentInfo
	rest, err := asn1.Unmarshal(der, &info)
	if err != nil || len(rest) > 0 {
		return contentInfo{}, errBER
	}
	return info, nil
}

func wrap(kind asn1.ObjectIdentifier, content any) ([]byte, error) {
	inner, err := asn1.Marshal(content)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(contentInfo{Type: kind, Content: asn1.RawValue{FullBytes: explicit(inner)}})
}

// explicit puts [0] around something.
func explicit(inner []byte) []byte {
	return element{tag: 0xA0, length: len(inner), parts: []element{{raw: inner}}}.append(nil)
}

// octets joins the pieces of an octet string, whatever its tag.
func octets(v asn1.RawValue) ([]byte, error) {
	if !v.IsCompound {
		return v.Bytes, nil
	}
	var all []byte
	for rest := v.Bytes; len(rest) > 0; {
		var piece asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &piece); err != nil || piece.Tag != asn1.TagOctetString || piece.IsCompound {
			return nil, errBER
		}
		all = append(all, piece.Bytes...)
	}
	return all, nil
}

// compress makes compressed data.
func compress(plain []byte) ([]byte, error) {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	inner, err := asn1.Marshal(packed.Bytes())
	if err != nil {
		return nil, err
	}
	return wrap(oidCompressed, compressedData{
		Algorithm: pkix.AlgorithmIdentifier{Algorithm: oidZlib},
		Content:   contentInfo{Type: oidData, Content: asn1.RawValue{FullBytes: explicit(inner)}},
	})
}

// decompress opens compressed data of no more than most bytes.
func decompress(info contentInfo, most int64) ([]byte, error) {
	var data compressedData
	if _, err := asn1.Unmarshal(info.Content.Bytes, &data); err != nil || !data.Algorithm.Algorithm.Equal(oidZlib) {
		return nil, errBER
	}
	var inner asn1.RawValue
	if _, err := asn1.Unmarshal(data.Content.Content.Bytes, &inner); err != nil || inner.Tag != asn1.TagOctetString {
		return nil, errBER
	}
	packed, err := octets(inner)
	if err != nil {
		return nil, err
	}
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(plain)) > most {
		err = fmt.Errorf("%w: more than %d bytes when it is unpacked", transport.ErrTooLarge, most)
	}
	return plain, err
}

// digest is a hash as the standards name it.
type digest struct {
	name string // in micalg
	oid  asn1.ObjectIdentifier
	hash crypto.Hash
	sum  func([]byte) []byte
}

func digests() []digest {
	return []digest{
		{"sha-256", oidSHA256, crypto.SHA256, func(b []byte) []byte { s := sha256.Sum256(b); return s[:] }},
		{"sha-384", oidSHA384, crypto.SHA384, func(b []byte) []byte { s := sha512.Sum384(b); return s[:] }},
		{"sha-512", oidSHA512, crypto.SHA512, func(b []byte) []byte { s := sha512.Sum512(b); return s[:] }},
		{"sha1", oidSHA1, crypto.SHA1, func(b []byte) []byte { s := sha1.Sum(b); return s[:] }},
	}
}

func digestOf(oid asn1.ObjectIdentifier) (digest, bool) {
	for _, d := range digests() {
		if d.oid.Equal(oid) {
			return d, true
		}
	}
	return digest{}, false
}
