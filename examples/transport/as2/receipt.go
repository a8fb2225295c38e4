package as2

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/textproto"
	"strings"
	"time"
)

// Receipt is what a partner says has become of a message (an MDN, RFC 3798).
type Receipt struct {
	// MessageID is that of the message, without angle brackets.
	MessageID string
	// Disposition is the partner's word for it: processed or failed.
	Disposition string
	// Modifier is what is said in addition, such as [DecryptionFailed]. Empty:
	// there was nothing.
	Modifier string
	// MIC is the digest of what was received, with its algorithm. May be empty.
	MIC string
	// Text is for people.
	Text string
	// Signed tells that the partner's signature is on it, and is good.
	Signed bool
}

// Delivered tells that the partner has the message: it was processed, without
// more than a warning.
func (r Receipt) Delivered() bool {
	return r.Disposition == "processed" && (r.Modifier == "" || strings.HasPrefix(r.Modifier, "warning"))
}

// Err is nil for a message that was delivered, else a *RefusedError.
func (r Receipt) Err() error {
	if r.Delivered() {
		return nil
	}
	e := &RefusedError{Modifier: cmp.Or(r.Modifier, r.Disposition)}
	if r.Text != "" {
		e.Err = errors.New(r.Text)
	}
	return e
}

// write makes the content type and the body of the receipt.
func (r Receipt) write(us string, sign *Identity) (contentType string, body []byte, err error) {
	disposition := r.Disposition
	if r.Modifier != "" {
		disposition += "/" + r.Modifier
	}
	recipient := "rfc822; " + quoteName(us)
	fields := []string{
		"Reporting-UA", "o2c", "Original-Recipient", recipient, "Final-Recipient", recipient,
		"Original-Message-ID", "<" + r.MessageID + ">",
		"Disposition", "automatic-action/MDN-sent-automatically; " + disposition,
	}
	if r.MIC != "" {
		fields = append(fields, "Received-Content-MIC", r.MIC)
	}
	contentType, body = multipart("multipart/report", map[string]string{"report-type": "disposition-notification"},
		part([]byte(r.Text+"\r\n"), "Content-Type", "text/plain; charset=us-ascii", "Content-Transfer-Encoding", "7bit"),
		part(part(nil, fields...), "Content-Type", "message/disposition-notification", "Content-Transfer-Encoding", "7bit"))
	if sign != nil {
		return signed(part(body, "Content-Type", contentType), *sign)
	}
	return contentType, body, nil
}

// isReceipt tells a receipt from a message.
func isReceipt(e entity) bool {
	kind, parameters := e.mediaType()
	if kind == "multipart/signed" {
		parts, err := split(e.body, parameters["boundary"])
		if err != nil || len(parts) == 0 {
			return false
		}
		kind, _ = parts[0].mediaType()
	}
	return kind == "multipart/report" || kind == "message/disposition-notification"
}

// readReceipt reads a receipt and verifies its signature, if it has one.
func readReceipt(e entity, a Agreement, now time.Time) (Receipt, error) {
	var r Receipt
	kind, parameters := e.mediaType()
	if kind == "multipart/signed" {
		var o opened
		inner, err := o.checkSignature(e, parameters["boundary"], a, now)
		if err != nil {
			return r, fmt.Errorf("%w: %w", ErrReceipt, err)
		}
		e, r.Signed = inner, true
		kind, parameters = e.mediaType()
	}
	if kind != "multipart/report" {
		return r, fmt.Errorf("%w: it is %q", ErrReceipt, kind)
	}
	parts, err := split(e.body, parameters["boundary"])
	if err != nil {
		return r, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	for _, p := range parts {
		content, err := p.content()
		if err != nil {
			return r, fmt.Errorf("%w: %w", ErrReceipt, err)
		}
		switch kind, _ := p.mediaType(); kind {
		case "text/plain":
			r.Text = printable(content)
		case "message/disposition-notification":
			err = readFields(content, &r)
		}
		if err != nil {
			return r, err
		}
	}
	if r.MessageID == "" || r.Disposition == "" {
		return r, fmt.Errorf("%w: it names no message or no disposition", ErrReceipt)
	}
	return r, nil
}

func readFields(content []byte, r *Receipt) error {
	content = append(bytes.TrimSpace(content), "\r\n\r\n"...)
	fields, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(content))).ReadMIMEHeader()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	r.MessageID = bareID(fields.Get("Original-Message-Id"))
	r.MIC = fields.Get("Received-Content-Mic")
	_, disposition, _ := strings.Cut(fields.Get("Disposition"), ";")
	kind, modifier, _ := strings.Cut(disposition, "/")
	r.Disposition = strings.ToLower(strings.TrimSpace(kind))
	category, reason, has := strings.Cut(strings.ToLower(modifier), ":")
	r.Modifier = strings.TrimSpace(category)
	if has {
		r.Modifier += ": " + strings.TrimSpace(reason)
		if r.Modifier == "failure: unsupported mic-algorithms" {
			r.Modifier = UnsupportedAlgorithms // as the standard spells it
		}
	}
	return nil
}

// bareID is a Message-ID without its angle brackets: some partners drop them.
func bareID(s string) string { return strings.Trim(strings.TrimSpace(s), "<>") }

// printable shortens a partner's text to what can be logged.
func printable(text []byte) string {
	const most = 500
	s := strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r < ' ' || r == 0x7F:
			return -1
		}
		return r
	}, strings.ToValidUTF8(string(text[:min(len(text), most)]), "?"))
	return strings.TrimSpace(s)
}
