package as2

import (
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/smallstep/pkcs7"
)

// sign makes a detached signature with SHA-256.
func sign(content []byte, id Identity) ([]byte, error) {
	s, err := pkcs7.NewSignedData(content)
	if err != nil {
		return nil, err
	}
	s.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if err := s.AddSigner(id.Certificate, id.Key, pkcs7.SignerInfoConfig{}); err != nil {
		return nil, err
	}
	s.Detach()
	return s.Finish()
}

var errSignature = errors.New("as2: the signature cannot be read")

// verify checks a detached signature of the partner's, and returns the digest
// that it was made with. Its error is a refusal.
func verify(signature, content []byte, a Agreement, now time.Time) (d digest, err error) {
	defer func() {
		if recover() != nil { // a parser of what strangers send must not end the program
			err = refuse(AuthenticationFailed, errSignature)
		}
	}()
	der, err := definite(signature)
	if err != nil {
		return digest{}, refuse(AuthenticationFailed, err)
	}
	p, err := pkcs7.Parse(der)
	if err != nil {
		return digest{}, refuse(AuthenticationFailed, errors.Join(errSignature, err))
	}
	if len(p.Signers) != 1 {
		return digest{}, refuse(AuthenticationFailed, fmt.Errorf("%w: %d signers", errSignature, len(p.Signers)))
	}
	d, known := digestOf(p.Signers[0].DigestAlgorithm.Algorithm)
	if !known || d.name == "sha1" && !a.SHA1 {
		return digest{}, refuse(AuthenticationFailed, fmt.Errorf("as2: signed with an algorithm that was not agreed: %v",
			p.Signers[0].DigestAlgorithm.Algorithm))
	}
	who := p.Signers[0].IssuerAndSerialNumber
	var signer *x509.Certificate
	for _, c := range a.Certificates {
		if who.SerialNumber != nil && c.SerialNumber.Cmp(who.SerialNumber) == 0 && string(c.RawIssuer) == string(who.IssuerName.FullBytes) {
			signer = c
		}
	}
	switch {
	case signer == nil:
		return digest{}, refuse(AuthenticationFailed, fmt.Errorf("%w: it is signed with none of %s's", ErrCertificate, a.Partner))
	case !validAt(signer, now):
		return digest{}, refuse(AuthenticationFailed, fmt.Errorf("%w: that of %s was valid from %s to %s", ErrCertificate, a.Partner,
			signer.NotBefore.Format(time.DateOnly), signer.NotAfter.Format(time.DateOnly)))
	}
	p.Content, p.Certificates = content, []*x509.Certificate{signer} // what it brings along proves nothing
	if err := p.Verify(); err != nil {
		if altered := (*pkcs7.MessageDigestMismatchError)(nil); errors.As(err, &altered) {
			return digest{}, refuse(IntegrityCheckFailed, errors.New("as2: the content is not what was signed"))
		}
		return digest{}, refuse(AuthenticationFailed, err)
	}
	return d, nil
}
