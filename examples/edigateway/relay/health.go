package relay

import (
	"encoding/json"
	"net/http"
	"time"
)

// Check is how something went the last time.
type Check struct {
	// At is when it was last done, OK when it last went well. Zero: never.
	At time.Time `json:"at,omitzero"`
	OK time.Time `json:"ok,omitzero"`
	// Error is what went wrong the last time. Empty: nothing.
	Error string `json:"error,omitempty"`
}

// Health is the state of a relay.
type Health struct {
	// OK tells that everything went well the last time.
	OK bool `json:"ok"`
	// Routes have a check for each thing that is done: poll, deliver, receipts.
	Routes map[string]map[string]Check `json:"routes"`
	// Inbox counts what came, such as "received 2, orders 1, …".
	Inbox string `json:"inbox"`
	// Exceptions wait for a person.
	Exceptions int `json:"exceptions"`
	// Overdue is how many documents the partners should have acknowledged.
	Overdue int `json:"overdue"`
}

func (r *route) note(what string, at time.Time, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := Check{At: at, OK: at}
	if err != nil {
		c.OK, c.Error = r.health[what].OK, err.Error()
	}
	r.health[what] = c
}

// Health tells how things are.
func (g *Relay) Health() Health {
	tally := g.Inbox.Tally()
	h := Health{OK: true, Routes: make(map[string]map[string]Check), Inbox: tally.String(), Exceptions: tally.Exceptions}
	for _, r := range g.routes {
		checks := make(map[string]Check)
		r.mu.Lock()
		for what, c := range r.health {
			checks[what] = c
			h.OK = h.OK && c.Error == ""
		}
		r.mu.Unlock()
		h.Routes[r.Name] = checks
	}
	for range g.Outbox.Overdue(g.config.Partners.Profiles()...) {
		h.Overdue++
	}
	return h
}

// serveHealth answers 200, or 503 when something does not go well.
func (g *Relay) serveHealth(w http.ResponseWriter, _ *http.Request) {
	h := g.Health()
	w.Header().Set("Content-Type", "application/json")
	if !h.OK {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(h)
}
