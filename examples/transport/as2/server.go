package as2

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/textproto"
	"strings"
	"sync"
	"time"

	"github.com/o2ckit/o2c/examples/transport"
)

// ServerConfig says who may send.
type ServerConfig struct {
	// Agreements, one for each partner and identifier of ours. Required.
	Agreements []Agreement
	// Handler takes what comes; the key of a file is its sender and Message-ID.
	// Required.
	Handler transport.Handler
	// Ledger remembers what was taken and answered. Required.
	Ledger transport.Ledger
	// MaxBytes bounds a message, and what it is when it is unpacked. 0: 64 MiB.
	MaxBytes int64
	// MaxConcurrent bounds the messages that are held in memory at a time;
	// further ones are answered 503. 0: 4.
	MaxConcurrent int
	// Report is told of each message and receipt, for the log. May be nil.
	Report func(Report)
	// Client makes the requests that carry asynchronous receipts. Nil: one that
	// gives up after a minute.
	Client *http.Client
	// Retry says how often an asynchronous receipt is tried: by default fifty
	// times, over some hours. A process that starts anew begins anew.
	Retry transport.Backoff
	// Clock tells the time. Nil: time.Now.
	Clock func() time.Time
}

// Report tells what came.
type Report struct {
	Partner, MessageID, Name string
	// Receipt is set where it was one, for a message of ours.
	Receipt *Receipt
	// Duplicate tells of a message that was taken before.
	Duplicate bool
	// Err is why it was not taken.
	Err error
}

// Server takes messages, and asynchronous receipts for those that were sent. It
// is an http.Handler for one path.
type Server struct {
	config     ServerConfig
	client     http.Client
	agreements map[[2]string]Agreement // by our identifier and the partner's
	slots      chan struct{}
	locks      [64]sync.Mutex // by message

	queue  sync.Mutex
	loaded bool
	due    map[string]*dueReceipt // by the key of the message
}

// NewServer checks the configuration.
func NewServer(c ServerConfig) (*Server, error) {
	switch {
	case len(c.Agreements) == 0:
		return nil, &transport.ConfigError{Field: "Agreements", Reason: "there is nobody to receive from"}
	case c.Handler == nil:
		return nil, &transport.ConfigError{Field: "Handler", Reason: "nobody takes the messages"}
	case c.Ledger == nil:
		return nil, &transport.ConfigError{Field: "Ledger", Reason: "a server needs a ledger"}
	}
	if c.MaxBytes <= 0 {
		c.MaxBytes = 64 << 20
	}
	if c.MaxConcurrent <= 0 {
		c.MaxConcurrent = 4
	}
	if c.Retry.Attempts == 0 {
		c.Retry.Attempts = 50
	}
	if c.Report == nil {
		c.Report = func(Report) {}
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	s := &Server{
		config: c, agreements: make(map[[2]string]Agreement), slots: make(chan struct{}, c.MaxConcurrent),
		due: make(map[string]*dueReceipt), client: http.Client{Timeout: time.Minute},
	}
	if c.Client != nil {
		s.client = *c.Client
	}
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, a := range c.Agreements {
		if err := a.Validate(); err != nil {
			return nil, fmt.Errorf("%s and %s: %w", a.Us, a.Partner, err)
		}
		key := [2]string{a.Us, a.Partner}
		if _, twice := s.agreements[key]; twice {
			return nil, &transport.ConfigError{Field: "Agreements", Reason: "two for " + a.Us + " and " + a.Partner}
		}
		s.agreements[key] = a
	}
	return s, nil
}

// ServeHTTP takes one message or receipt.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "AS2 takes POST requests", http.StatusMethodNotAllowed)
		return
	}
	id := bareID(r.Header.Get("Message-ID"))
	us, partner := parseName(r.Header.Get("AS2-To")), parseName(r.Header.Get("AS2-From"))
	if id == "" || len(id) > 998 || us == "" || partner == "" {
		http.Error(w, "AS2-From, AS2-To and Message-ID are needed", http.StatusBadRequest)
		return
	}
	a, known := s.agreements[[2]string{us, partner}]
	if !known {
		s.config.Report(Report{Partner: partner, MessageID: id, Err: fmt.Errorf("as2: nothing is agreed between %q and %q", us, partner)})
		http.Error(w, "no agreement between this sender and this receiver", http.StatusForbidden)
		return
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		w.Header().Set("Retry-After", "10")
		http.Error(w, "too many messages at a time", http.StatusServiceUnavailable)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.config.MaxBytes))
	if err != nil {
		code := http.StatusBadRequest
		if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
			code, err = http.StatusRequestEntityTooLarge, fmt.Errorf("%w: %d bytes are allowed", transport.ErrTooLarge, large.Limit)
		}
		s.config.Report(Report{Partner: partner, MessageID: id, Err: err})
		http.Error(w, "the message was not read to its end", code)
		return
	}
	e := entity{header: textproto.MIMEHeader(r.Header), body: body}
	if isReceipt(e) {
		s.takeReceipt(w, r, a, e)
		return
	}
	s.takeMessage(w, r, a, id, e)
}

// takeReceipt takes an asynchronous receipt for a message of ours.
func (s *Server) takeReceipt(w http.ResponseWriter, r *http.Request, a Agreement, e entity) {
	receipt, err := acceptReceipt(r.Context(), s.config.Ledger, e, a, "", s.config.Clock())
	report := Report{Partner: a.Partner, MessageID: receipt.MessageID, Receipt: &receipt, Err: err}
	if err == nil {
		report.Err = receipt.Err()
	}
	s.config.Report(report)
	switch refused := (*RefusedError)(nil); {
	case err == nil:
		w.WriteHeader(http.StatusOK)
	case errors.Is(err, ErrReceipt), errors.Is(err, ErrMIC), errors.As(err, &refused):
		http.Error(w, "the receipt is not accepted", http.StatusBadRequest)
	default: // the ledger failed
		http.Error(w, "try again", http.StatusServiceUnavailable)
	}
}

// wish is the receipt that a message asks for.
type wish struct {
	receipt, signed bool
	url             string  // of an asynchronous one
	digest          *digest // nil: that of the signature
	none            bool    // of the algorithms that are required is known
}

func wishOf(h http.Header, a Agreement) wish {
	v := wish{
		receipt: h.Get("Disposition-Notification-To") != "", url: strings.TrimSpace(h.Get("Receipt-Delivery-Option")),
	}
	for _, option := range strings.Split(h.Get("Disposition-Notification-Options"), ";") {
		name, value, _ := strings.Cut(option, "=")
		importance, algorithms, _ := strings.Cut(value, ",")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "signed-receipt-protocol":
			v.signed = a.Identity.Key != nil
		case "signed-receipt-micalg":
			for _, algorithm := range strings.Split(algorithms, ",") {
				if d, known := digestNamed(algorithm); known && v.digest == nil && (d.name != "sha1" || a.SHA1) {
					v.digest = &d
				}
			}
			v.none = v.digest == nil && strings.EqualFold(strings.TrimSpace(importance), "required")
		}
	}
	return v
}

// mic is the one that the receipt states.
func (v wish) mic(o opened) mic {
	d := digests()[0]
	switch {
	case v.digest != nil:
		d = *v.digest
	case o.signed:
		d = o.digest
	}
	return micOf(o.micContent, d)
}

// takeMessage unpacks a message, hands it over and answers.
func (s *Server) takeMessage(w http.ResponseWriter, r *http.Request, a Agreement, id string, e entity) {
	v := wishOf(r.Header, a)
	report := Report{Partner: a.Partner, MessageID: id}
	if v.url != "" && v.url != a.PartnerReceiptURL {
		report.Err = fmt.Errorf("as2: no receipts to %q were agreed", printable([]byte(v.url)))
		s.config.Report(report)
		http.Error(w, "receipts to this address are not agreed", http.StatusForbidden)
		return
	}
	o, err := open(e, a, s.config.Clock(), s.config.MaxBytes)
	report.Name = o.name
	var answer record
	if err == nil && v.none {
		err = refuse(UnsupportedAlgorithms, nil)
	}
	if err == nil {
		answer, report.Duplicate, err = s.once(r.Context(), a, id, v, o)
	}
	report.Err = err
	s.config.Report(report) // before the answer: whoever gets it may ask at once
	refused := (*RefusedError)(nil)
	if errors.As(err, &refused) {
		answer, err = s.refusal(a, id, v, refused)
	}
	if err != nil {
		w.Header().Set("Retry-After", "30")
		http.Error(w, "the message could not be taken at present", http.StatusServiceUnavailable)
		return
	}
	s.answer(w, a, id, v, answer)
}

// record is what is remembered of a message that was taken: what it said, and
// the receipt.
type record struct {
	Sum         string `json:"sum"`
	ContentType string `json:"content_type,omitempty"`
	Body        []byte `json:"body,omitempty"`
	URL         string `json:"url,omitempty"` // where an asynchronous receipt goes
	Us          string `json:"us"`
	Partner     string `json:"partner"`
	refused     bool
}

const inPrefix = "as2/in/"

// messageKey names a message that came. Identifiers may have any character.
func messageKey(a Agreement, id string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", a.Us, a.Partner, id))
	return hex.EncodeToString(sum[:20])
}

// once hands a message over, unless it was taken before.
func (s *Server) once(ctx context.Context, a Agreement, id string, v wish, o opened) (answer record, duplicate bool, err error) {
	key := messageKey(a, id)
	sum := sha256.Sum256(o.data)
	defer s.lock(key)()
	value, err := s.config.Ledger.Get(ctx, inPrefix+key)
	switch {
	case err == nil:
		if err := json.Unmarshal(value, &answer); err != nil {
			return answer, true, err
		}
		if answer.Sum != hex.EncodeToString(sum[:]) {
			return answer, true, refuse(DuplicateDocument, errors.New("as2: another document came under this Message-ID"))
		}
		if len(answer.Body) == 0 { // the first time it asked for no receipt
			answer.ContentType, answer.Body, err = s.receipt(a, id, v, o)
		}
		return answer, true, err
	case !errors.Is(err, transport.ErrNotKept):
		return answer, false, err
	}
	if err := s.config.Handler(ctx, s.file(a, key, o)); err != nil {
		if transport.Rejected(err) {
			err = refuse(UnexpectedError, err)
		}
		return answer, false, err
	}
	answer = record{Sum: hex.EncodeToString(sum[:]), URL: v.url, Us: a.Us, Partner: a.Partner}
	if answer.ContentType, answer.Body, err = s.receipt(a, id, v, o); err != nil {
		return answer, false, err
	}
	if value, err = json.Marshal(answer); err != nil {
		return answer, false, err
	}
	kept, first, err := s.config.Ledger.Keep(context.WithoutCancel(ctx), inPrefix+key, value)
	if err == nil && !first { // another process was faster
		answer = record{}
		err = json.Unmarshal(kept, &answer)
	}
	return answer, !first, err
}

// receipt makes the receipt of a message that was taken, if it asks for one.
func (s *Server) receipt(a Agreement, id string, v wish, o opened) (contentType string, body []byte, err error) {
	if !v.receipt {
		return "", nil, nil
	}
	r := Receipt{MessageID: id, Disposition: "processed", Text: "The message was received.", MIC: v.mic(o).String()}
	return r.write(a.Us, v.signer(a))
}

func (v wish) signer(a Agreement) *Identity {
	if !v.signed {
		return nil
	}
	return &a.Identity
}

func (s *Server) file(a Agreement, key string, o opened) transport.File {
	f := transport.File{
		Key: key, Name: o.name, Source: "as2/" + a.Us, ContentType: o.contentType, Size: int64(len(o.data)),
		Arrived: s.config.Clock(), Body: bytes.NewReader(o.data),
	}
	if transport.CheckName(f.Name) != nil {
		f.Name = key[:16] + ".edi"
	}
	if o.signed {
		f.From = a.Partner
	}
	return f
}

// lock lets one request at a time take a message.
func (s *Server) lock(key string) (unlock func()) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(key))
	l := &s.locks[h.Sum32()%uint32(len(s.locks))]
	l.Lock()
	return l.Unlock
}

// refusal is the answer to a message that was not taken. It is not remembered.
func (s *Server) refusal(a Agreement, id string, v wish, why *RefusedError) (record, error) {
	kind := "processed"
	if strings.HasPrefix(why.Modifier, "failure") {
		kind = "failed"
	}
	r := Receipt{MessageID: id, Disposition: kind, Modifier: why.Modifier, Text: "The message was not taken: " + why.Modifier + "."}
	answer := record{refused: true, URL: v.url, Us: a.Us, Partner: a.Partner}
	if !v.receipt {
		return answer, nil
	}
	var err error
	answer.ContentType, answer.Body, err = r.write(a.Us, v.signer(a))
	return answer, err
}

// answer sends the receipt, or says that it comes later.
func (s *Server) answer(w http.ResponseWriter, a Agreement, id string, v wish, answer record) {
	switch {
	case !v.receipt && answer.refused:
		http.Error(w, "the message was not taken", http.StatusBadRequest)
	case !v.receipt || len(answer.Body) == 0:
		w.WriteHeader(http.StatusOK)
	case v.url != "":
		answer.URL = v.url
		s.enqueue(messageKey(a, id), answer)
		w.WriteHeader(http.StatusOK)
	default:
		for name, values := range headers(a, messageKey(a, id)+".mdn@o2c") {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Type", answer.ContentType)
		_, _ = w.Write(answer.Body)
	}
}
