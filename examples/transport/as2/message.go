package as2

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"path"
	"strings"
	"time"

	"github.com/o2ckit/o2c/examples/transport"
)

// mic is a message integrity check, as Received-Content-MIC has it.
type mic struct{ sum, algorithm string }

func micOf(content []byte, d digest) mic {
	return mic{base64.StdEncoding.EncodeToString(d.sum(content)), d.name}
}

func (m mic) String() string { return m.sum + ", " + m.algorithm }

// parseMIC reads a Received-Content-MIC.
func parseMIC(s string) mic {
	sum, algorithm, _ := strings.Cut(s, ",")
	d, known := digestNamed(algorithm)
	if !known {
		return mic{strings.TrimSpace(sum), strings.TrimSpace(algorithm)}
	}
	return mic{strings.TrimSpace(sum), d.name}
}

// digestNamed finds a hash by any of the names that are in use, such as sha256
// for sha-256.
func digestNamed(name string) (digest, bool) {
	plain := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "-", "")
	for _, d := range digests() {
		if strings.ReplaceAll(d.name, "-", "") == plain {
			return d, true
		}
	}
	return digest{}, false
}

// composed is a message as it is sent: the content type and body of the
// request, and the MIC that its receipt has to have.
type composed struct {
	contentType string
	disposition string // of a plain message, where no part inside has the name
	body        []byte
	mic         mic
}

// compose packs a message as the agreement says: compressed, signed, encrypted.
func compose(m transport.Message, a Agreement, now time.Time) (composed, error) {
	sha256 := digests()[0]
	contentType := cmp.Or(m.ContentType, "application/octet-stream")
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": m.Name})
	content := part(m.Data, "Content-Type", contentType, "Content-Transfer-Encoding", "binary", "Content-Disposition", disposition)
	if a.Unsigned && a.Unencrypted && !a.Compress { // RFC 4130, 7.3.1: the MIC is without the header
		return composed{contentType: contentType, disposition: disposition, body: m.Data, mic: micOf(m.Data, sha256)}, nil
	}
	c := composed{mic: micOf(content, sha256)}
	if a.Compress {
		packed, err := compress(content)
		if err != nil {
			return composed{}, err
		}
		c.contentType, c.body = `application/pkcs7-mime; smime-type=compressed-data; name="smime.p7z"`, packed
		content = part(packed, "Content-Type", c.contentType, "Content-Transfer-Encoding", "binary")
	}
	if !a.Unsigned {
		c.mic = micOf(content, sha256)
		var err error
		if c.contentType, c.body, err = signed(content, a.Identity); err != nil {
			return composed{}, err
		}
		content = part(c.body, "Content-Type", c.contentType)
	}
	if !a.Unencrypted {
		to, err := a.recipient(now)
		if err != nil {
			return composed{}, err
		}
		if c.body, err = encrypt(content, a, to); err != nil {
			return composed{}, err
		}
		c.contentType = `application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"`
	}
	return c, nil
}

// opened is what was found in a message that came.
type opened struct {
	contentType, name string
	data              []byte
	// micContent is what the MIC is calculated over.
	micContent []byte
	signed     bool
	digest     digest // of the signature
	encrypted  bool
}

var errWeak = errors.New("as2: it is not protected as was agreed")

// open unpacks what came, in whatever order it was packed, and holds it against
// the agreement. Its error is a refusal.
func open(e entity, a Agreement, now time.Time, most int64) (opened, error) {
	var o opened
	intact, unpacked := true, false
	for depth := 0; ; depth++ {
		kind, parameters := e.mediaType()
		if depth > 4 {
			return o, refuse(UnsupportedFormat, errMIME)
		}
		switch kind {
		case "application/pkcs7-mime", "application/x-pkcs7-mime":
			inner, padded, err := o.unwrap(e, a, most)
			if err != nil {
				return o, err
			}
			intact = intact && padded
			unpacked = true
			if e, err = parseEntity(inner); err != nil {
				return o, refuse(DecryptionFailed, errEncrypted) // as with a wrong key
			}
		case "multipart/signed":
			inner, err := o.checkSignature(e, parameters["boundary"], a, now)
			if err != nil {
				return o, err
			}
			e, unpacked = inner, false
		default:
			if err := o.demand(a, intact); err != nil {
				return o, err
			}
			return o, o.payload(e, unpacked)
		}
	}
}

// unwrap decrypts or decompresses.
func (o *opened) unwrap(e entity, a Agreement, most int64) (inner []byte, padded bool, err error) {
	ber, err := e.content()
	if err != nil {
		return nil, false, refuse(DecryptionFailed, err)
	}
	info, err := contentOf(ber)
	switch {
	case err != nil:
		return nil, false, refuse(DecryptionFailed, err)
	case info.Type.Equal(oidCompressed):
		inner, err = decompress(info, most)
		if err != nil {
			return nil, false, refuse(DecompressionFailed, err)
		}
		return inner, true, nil
	case info.Type.Equal(oidEnveloped) && !o.encrypted && !o.signed:
		o.encrypted = true
		inner, padded, err = decrypt(info, append([]Identity{a.Identity}, a.Former...), a.TripleDES)
		if err != nil {
			return nil, false, refuse(DecryptionFailed, err)
		}
		if !padded && a.Unsigned {
			return nil, false, refuse(DecryptionFailed, errEncrypted)
		}
		return inner, padded, nil
	}
	return nil, false, refuse(UnsupportedFormat, fmt.Errorf("as2: PKCS#7 content of type %v", info.Type))
}

// checkSignature verifies a multipart/signed and returns what was signed.
func (o *opened) checkSignature(e entity, boundary string, a Agreement, now time.Time) (entity, error) {
	parts, err := split(e.body, boundary)
	if err != nil || len(parts) != 2 || o.signed {
		return entity{}, refuse(IntegrityCheckFailed, errMIME)
	}
	signature, err := parts[1].content()
	if err != nil {
		return entity{}, refuse(IntegrityCheckFailed, err)
	}
	if o.digest, err = verify(signature, parts[0].raw, a, now); err != nil {
		return entity{}, err
	}
	o.signed, o.micContent = true, parts[0].raw
	return parts[0], nil
}

// demand holds the message against the agreement.
func (o *opened) demand(a Agreement, intact bool) error {
	switch {
	case !o.encrypted && !a.Unencrypted:
		return refuse(InsufficientSecurity, fmt.Errorf("%w: not encrypted", errWeak))
	case !o.signed && !a.Unsigned:
		return refuse(InsufficientSecurity, fmt.Errorf("%w: not signed", errWeak))
	case !intact:
		return refuse(IntegrityCheckFailed, errors.New("as2: the content is not what was signed"))
	}
	return nil
}

// payload takes the document out of the innermost part.
func (o *opened) payload(e entity, unpacked bool) error {
	var err error
	if o.data, err = e.content(); err != nil {
		return refuse(UnsupportedFormat, err)
	}
	switch {
	case o.signed:
	case unpacked: // RFC 4130, 7.3.1; RFC 5402, 4.3
		o.micContent = e.raw
	default:
		o.micContent = e.body
	}
	kind, parameters := e.mediaType()
	if strings.HasPrefix(kind, "multipart/") {
		return refuse(UnsupportedFormat, errors.New("as2: several documents in one message"))
	}
	o.contentType = kind
	o.name = parameters["name"]
	if _, p, err := mime.ParseMediaType(e.header.Get("Content-Disposition")); err == nil {
		o.name = cmp.Or(p["filename"], o.name)
	}
	o.name = path.Base(strings.ReplaceAll(o.name, `\`, "/"))
	return nil
}
