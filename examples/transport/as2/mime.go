package as2

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
)

// entity is a MIME header and a body. Signatures and digests are over the very
// bytes, so they are kept as they came.
type entity struct {
	header textproto.MIMEHeader
	raw    []byte // the header as well, if it came with one
	body   []byte
}

const (
	headerBytes = 64 << 10
	maxParts    = 10
)

var errMIME = errors.New("as2: not well-formed MIME")

// parseEntity reads a header, with a content type in it, an empty line and a body.
func parseEntity(raw []byte) (entity, error) { return parse(raw, "") }

func parse(raw []byte, defaultType string) (entity, error) {
	end, body := headerEnd(raw)
	if end < 0 {
		return entity{}, errMIME
	}
	header, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(raw[:body]))).ReadMIMEHeader()
	if err == nil && header.Get("Content-Type") == "" && defaultType != "" {
		header.Set("Content-Type", defaultType)
	}
	if err != nil || header.Get("Content-Type") == "" {
		return entity{}, errMIME
	}
	return entity{header: header, raw: raw, body: raw[body:]}, nil
}

// parsePart is parseEntity for a part of a multipart: it may have no header, or
// one without a type, and is text then.
func parsePart(raw []byte) (entity, error) {
	for _, empty := range []string{"\r\n", "\n"} {
		if body, is := bytes.CutPrefix(raw, []byte(empty)); is {
			return entity{header: textproto.MIMEHeader{"Content-Type": {"text/plain"}}, raw: raw, body: body}, nil
		}
	}
	return parse(raw, "text/plain")
}

// headerEnd finds the empty line within the bounds of a header.
func headerEnd(raw []byte) (end, body int) {
	head := raw[:min(len(raw), headerBytes)]
	crlf, lf := bytes.Index(head, []byte("\r\n\r\n")), bytes.Index(head, []byte("\n\n"))
	switch {
	case crlf >= 0 && (lf < 0 || crlf < lf):
		return crlf, crlf + 4
	case lf >= 0:
		return lf, lf + 2
	}
	return -1, -1
}

// mediaType returns the entity's type and its parameters.
func (e entity) mediaType() (string, map[string]string) {
	kind, parameters, err := mime.ParseMediaType(e.header.Get("Content-Type"))
	if err != nil && kind == "" {
		return "", nil
	}
	return kind, parameters
}

// content undoes the transfer encoding.
func (e entity) content() ([]byte, error) {
	switch strings.ToLower(strings.TrimSpace(e.header.Get("Content-Transfer-Encoding"))) {
	case "", "binary", "8bit", "7bit":
		return e.body, nil
	case "base64":
		return io.ReadAll(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(e.body)))
	case "quoted-printable":
		return io.ReadAll(quotedprintable.NewReader(bytes.NewReader(e.body)))
	}
	return nil, errMIME
}

// split returns the parts of a multipart body, each with its very bytes: the
// line break before a boundary belongs to the boundary.
func split(body []byte, boundary string) ([]entity, error) {
	if boundary == "" || len(boundary) > 70 {
		return nil, errMIME
	}
	mark := []byte("--" + boundary)
	var parts []entity
	start := -1
	for at := 0; at < len(body); {
		next := bytes.Index(body[at:], mark)
		if next < 0 {
			break
		}
		next += at
		at = next + len(mark)
		if next > 0 && body[next-1] != '\n' {
			continue // no line of its own; to look for its end each time could take long
		}
		line := body[at:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line = line[:i+1]
		}
		rest := strings.TrimRight(string(line[:min(len(line), 200)]), " \t\r\n")
		if rest != "" && rest != "--" {
			continue
		}
		if start >= 0 {
			end := bytes.TrimSuffix(bytes.TrimSuffix(body[start:next], []byte("\n")), []byte("\r"))
			part, err := parsePart(end)
			if err != nil || len(parts) == maxParts {
				return nil, errMIME
			}
			parts = append(parts, part)
		}
		if rest == "--" {
			return parts, nil
		}
		at += len(line)
		start = at
	}
	return nil, errMIME // it has no end
}

// multipart puts parts together. The header is returned apart.
func multipart(kind string, parameters map[string]string, parts ...[]byte) (contentType string, body []byte) {
	var chance [16]byte
	_, _ = rand.Read(chance[:])
	boundary := "=_" + hex.EncodeToString(chance[:])
	parameters["boundary"] = boundary
	var b bytes.Buffer
	for _, part := range parts {
		b.WriteString("--" + boundary + "\r\n")
		b.Write(part)
		b.WriteString("\r\n")
	}
	b.WriteString("--" + boundary + "--\r\n")
	return mime.FormatMediaType(kind, parameters), b.Bytes()
}

// part writes a header, in the order given, and a body.
func part(body []byte, header ...string) []byte {
	var b bytes.Buffer
	for i := 0; i+1 < len(header); i += 2 {
		b.WriteString(header[i] + ": " + header[i+1] + "\r\n")
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// base64Lines encodes in lines of 76 characters.
func base64Lines(data []byte) []byte {
	text := base64.StdEncoding.EncodeToString(data)
	var b bytes.Buffer
	for len(text) > 76 {
		b.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	b.WriteString(text)
	return b.Bytes()
}

// signed puts a signature beside a part.
func signed(content []byte, id Identity) (contentType string, body []byte, err error) {
	signature, err := sign(content, id)
	if err != nil {
		return "", nil, err
	}
	contentType, body = multipart("multipart/signed",
		map[string]string{"protocol": "application/pkcs7-signature", "micalg": "sha-256"},
		content, part(base64Lines(signature),
			"Content-Type", `application/pkcs7-signature; name="smime.p7s"`,
			"Content-Transfer-Encoding", "base64",
			"Content-Disposition", `attachment; filename="smime.p7s"`))
	return contentType, body, nil
}
