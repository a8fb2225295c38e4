package as2

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/textproto"
	"strings"
	"time"

	"github.com/o2ckit/o2c/examples/transport"
)

// SenderConfig says how messages are sent to a partner.
type SenderConfig struct {
	Agreement Agreement // required, with a URL
	// Ledger remembers what was sent and what receipts came. Required; where
	// receipts are asynchronous, the one of the [Server] that takes them.
	Ledger transport.Ledger
	// Client makes the requests; redirects are not followed. Nil: one that
	// gives up after two minutes.
	Client *http.Client
	// Retry says how often a message is sent before the delivery fails.
	Retry transport.Backoff
	// Sleep waits between attempts. Nil: transport.Wait.
	Sleep transport.Sleep
	// Clock tells the time. Nil: time.Now.
	Clock func() time.Time
}

// Sender sends messages to a partner. It is safe for many goroutines.
type Sender struct {
	config SenderConfig
	client http.Client
}

// NewSender checks the configuration.
func NewSender(c SenderConfig) (*Sender, error) {
	if err := c.Agreement.Validate(); err != nil {
		return nil, err
	}
	switch {
	case c.Agreement.URL == "":
		return nil, &transport.ConfigError{Field: "URL", Reason: "the partner's address is needed to send"}
	case c.Ledger == nil:
		return nil, &transport.ConfigError{Field: "Ledger", Reason: "a sender needs a ledger"}
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	s := &Sender{config: c, client: http.Client{Timeout: 2 * time.Minute}}
	if c.Client != nil {
		s.client = *c.Client
	}
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return s, nil
}

// sentRecord is a message in the ledger, before it is sent.
type sentRecord struct {
	ID      string    `json:"id"`
	Us      string    `json:"us"`
	Partner string    `json:"partner"`
	Sum     string    `json:"sum"` // of what the message says
	MIC     string    `json:"mic"`
	At      time.Time `json:"at"`
}

const (
	outPrefix     = "as2/out/"
	receiptPrefix = "as2/receipt/"
	maxReceipt    = 1 << 20
)

// Deliver implements [transport.Sink]. Where receipts are synchronous, it
// returns nil when a receipt shows that the partner has just what was sent.
// Where they are asynchronous it returns when the partner's server has taken
// the message; [Sender.Receipt] tells what became of it, and delivering it
// again sends it again as long as no receipt has come.
//
// A message that the partner refuses is a *RefusedError, and rejected unless
// the partner says that the error was one of its own. What is sent under an ID
// that was used for something else is rejected with transport.ErrChanged.
func (s *Sender) Deliver(ctx context.Context, m transport.Message) error {
	if m.ID == "" {
		return transport.Reject(&transport.ConfigError{Field: "ID", Reason: "a message needs one"})
	}
	if err := transport.CheckName(m.Name); err != nil {
		return transport.Reject(err)
	}
	id := s.messageID(m.ID)
	return transport.Retry(ctx, s.config.Retry, s.config.Sleep, func(ctx context.Context) error {
		if _, err := s.config.Ledger.Get(ctx, receiptPrefix+id); !errors.Is(err, transport.ErrNotKept) {
			return err // nil: it is there already
		}
		c, err := compose(m, s.config.Agreement, s.config.Clock())
		if err != nil {
			return transport.Reject(err)
		}
		if err := s.remember(ctx, id, m, c); err != nil {
			return err
		}
		return s.exchange(ctx, id, m, c)
	})
}

// messageID makes the same Message-ID of an ID each time.
func (s *Sender) messageID(id string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", s.config.Agreement.Us, s.config.Agreement.Partner, id))
	return hex.EncodeToString(sum[:20]) + "@o2c"
}

// remember keeps what is about to be sent.
func (s *Sender) remember(ctx context.Context, id string, m transport.Message, c composed) error {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", m.Name, m.ContentType, m.Data))
	r := sentRecord{
		ID: m.ID, Us: s.config.Agreement.Us, Partner: s.config.Agreement.Partner,
		Sum: hex.EncodeToString(sum[:]), MIC: c.mic.String(), At: s.config.Clock().UTC(),
	}
	value, err := json.Marshal(r)
	if err != nil {
		return err
	}
	kept, first, err := s.config.Ledger.Keep(ctx, outPrefix+id, value)
	if err != nil || first {
		return err
	}
	var was sentRecord
	if err := json.Unmarshal(kept, &was); err != nil {
		return err
	}
	if was.Sum != r.Sum {
		return transport.Reject(fmt.Errorf("%w: %s", transport.ErrChanged, m.ID))
	}
	if was.MIC != r.MIC { // the agreement has changed meanwhile
		_, _, err = s.config.Ledger.Keep(ctx, otherMIC(id, c.mic), value)
	}
	return err
}

func otherMIC(id string, m mic) string { return "as2/mic/" + id + "/" + m.String() }

// exchange sends a message once and looks at the answer.
func (s *Sender) exchange(ctx context.Context, id string, m transport.Message, c composed) error {
	a := s.config.Agreement
	h := headers(a, id)
	h.Set("Content-Type", c.contentType)
	if c.disposition != "" {
		h.Set("Content-Disposition", c.disposition)
	}
	h.Set("Subject", mime.QEncoding.Encode("utf-8", m.Name))
	if a.Receipt != NoReceipt {
		h.Set("Disposition-Notification-To", quoteName(a.Us))
		if !a.UnsignedReceipt {
			h.Set("Disposition-Notification-Options",
				"signed-receipt-protocol=required, pkcs7-signature; signed-receipt-micalg=required, sha-256")
		}
	}
	if a.Receipt == Asynchronous {
		h.Set("Receipt-Delivery-Option", a.ReceiptURL)
	}
	answer, err := post(ctx, &s.client, a.URL, h, c.body)
	switch {
	case err != nil:
		return err
	case a.Receipt != Synchronous:
		return nil
	case len(bytes.TrimSpace(answer.body)) == 0:
		return fmt.Errorf("%w: the answer is empty", ErrReceipt)
	}
	r, err := acceptReceipt(ctx, s.config.Ledger, answer, a, id, s.config.Clock())
	if refused := (*RefusedError)(nil); errors.Is(err, ErrReceipt) || errors.Is(err, ErrMIC) || errors.As(err, &refused) {
		return transport.Reject(err)
	}
	if err != nil {
		return err
	}
	if err := r.Err(); err != nil && r.Modifier != UnexpectedError {
		return transport.Reject(err)
	}
	return r.Err()
}

// acceptReceipt reads a receipt, finds the message that it is for and holds
// both against each other. Of a delivered message it is kept. An id, if there
// is one, is the message that it has to be for.
func acceptReceipt(ctx context.Context, l transport.Ledger, e entity, a Agreement, id string, now time.Time) (Receipt, error) {
	r, err := readReceipt(e, a, now)
	switch {
	case err != nil:
		return r, err
	case !r.Signed && !a.UnsignedReceipt:
		return r, fmt.Errorf("%w: it is not signed; it says %s", ErrReceipt, strings.TrimSuffix(r.Disposition+"/"+r.Modifier, "/"))
	case id != "" && r.MessageID != id:
		return r, fmt.Errorf("%w: it is for %s", ErrReceipt, r.MessageID)
	}
	var sent sentRecord
	value, err := l.Get(ctx, outPrefix+r.MessageID)
	if err == nil {
		err = json.Unmarshal(value, &sent)
	}
	switch {
	case errors.Is(err, transport.ErrNotKept), err == nil && (sent.Partner != a.Partner || sent.Us != a.Us):
		return r, fmt.Errorf("%w: no message %s was sent to %s", ErrReceipt, r.MessageID, a.Partner)
	case err != nil:
		return r, err
	case !r.Delivered():
		return r, nil
	}
	if got := parseMIC(r.MIC); got.String() != sent.MIC {
		if _, err := l.Get(ctx, otherMIC(r.MessageID, got)); err != nil {
			if errors.Is(err, transport.ErrNotKept) {
				err = fmt.Errorf("%w: it was %s, and is %s", ErrMIC, sent.MIC, cmp.Or(r.MIC, "not stated"))
			}
			return r, err
		}
	}
	value, err = json.Marshal(r)
	if err == nil {
		_, _, err = l.Keep(ctx, receiptPrefix+r.MessageID, value)
	}
	return r, err
}

// Receipt returns the receipt that shows that a message was delivered, by the
// ID of the message, or transport.ErrNotKept.
func (s *Sender) Receipt(ctx context.Context, id string) (Receipt, error) {
	var r Receipt
	value, err := s.config.Ledger.Get(ctx, receiptPrefix+s.messageID(id))
	if err == nil {
		err = json.Unmarshal(value, &r)
	}
	return r, err
}

// Overdue returns the IDs of the messages that were first sent to the partner
// before a time and have no receipt.
func (s *Sender) Overdue(ctx context.Context, before time.Time) ([]string, error) {
	var ids []string
	for e, err := range s.config.Ledger.Entries(ctx, outPrefix) {
		if err != nil {
			return nil, err
		}
		var sent sentRecord
		if err := json.Unmarshal(e.Value, &sent); err != nil {
			return nil, err
		}
		if sent.Us != s.config.Agreement.Us || sent.Partner != s.config.Agreement.Partner || !sent.At.Before(before) {
			continue
		}
		_, err := s.config.Ledger.Get(ctx, receiptPrefix+strings.TrimPrefix(e.Key, outPrefix))
		switch {
		case errors.Is(err, transport.ErrNotKept):
			ids = append(ids, sent.ID)
		case err != nil:
			return nil, err
		}
	}
	return ids, nil
}

// headers are those of messages and receipts alike.
func headers(a Agreement, id string) http.Header {
	h := make(http.Header)
	h.Set("AS2-Version", "1.1") // 1.1: compression is understood
	h.Set("AS2-From", quoteName(a.Us))
	h.Set("AS2-To", quoteName(a.Partner))
	h.Set("Message-ID", "<"+id+">")
	h.Set("Mime-Version", "1.0")
	return h
}

// post makes a request and returns the answer, if it is a success.
func post(ctx context.Context, client *http.Client, url string, h http.Header, body []byte) (entity, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return entity{}, transport.Reject(err)
	}
	request.Header = h
	answer, err := client.Do(request)
	if err != nil {
		return entity{}, err
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(answer.Body, maxReceipt+1))
	switch {
	case answer.StatusCode < 200 || answer.StatusCode > 299:
		failed := &StatusError{Code: answer.StatusCode, Text: printable(content)}
		if failed.temporary() {
			return entity{}, failed
		}
		return entity{}, transport.Reject(failed)
	case err != nil:
		return entity{}, err
	case len(content) > maxReceipt:
		return entity{}, fmt.Errorf("%w: the answer has more than %d bytes", ErrReceipt, maxReceipt)
	}
	return entity{header: textproto.MIMEHeader(answer.Header), body: content}, nil
}
