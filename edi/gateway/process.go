package gateway

import (
	"bufio"
	"bytes"
	"context"
	"errors"

	"github.com/o2ckit/o2c/order/intake"
)

// Process does with a document that is kept what is done with one that arrives, and says
// what becomes of it; it neither settles nor answers. It is what
// [errordesk.Config] asks for, and what carries on after a process died: of
// each of Inbox.Open, with [errordesk.Interchange].
//
// What is not one set or message, such as a file of which nothing can be read, is an
// exception.
func (g *Gateway) Process(ctx context.Context, e intake.Entry, interchange []byte) (intake.Outcome, error) {
	one := g.oneSet
	if IsEDIFACT(bufio.NewReader(bytes.NewReader(interchange))) {
		one = g.oneMessage
	}
	d, err := one(interchange)
	if errors.Is(err, ErrNotOne) {
		outcome := intake.Outcome{Result: intake.Exception}
		outcome.Findings.Block("gateway.not-one", "", err.Error(), "send the parts one by one")
		return outcome, nil
	}
	if err != nil {
		return intake.Outcome{}, err
	}
	outcome, _, err := g.decide(ctx, &d, e)
	return outcome, err
}
