package gateway

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/order/intake"
)

// Process does with a document that is kept what is done with one that arrives, and says
// what becomes of it; it neither settles nor answers. It is what
// [errordesk.Config] asks for, and what carries on after a process died: of
// each of Inbox.Open, with [errordesk.Interchange].
//
// What is not one set or message is an exception. A file of which nothing could be read is
// taken like any other once it was corrected: its sets and messages are documents of their
// own, and are answered.
func (g *Gateway) Process(ctx context.Context, e intake.Entry, interchange []byte) (intake.Outcome, error) {
	if e.Channel == channelFile {
		return g.processFile(ctx, e, interchange)
	}
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

// processFile takes a file as a whole.
func (g *Gateway) processFile(ctx context.Context, e intake.Entry, file []byte) (intake.Outcome, error) {
	taken, err := g.take(ctx, e.Name, bytes.NewReader(file))
	outcome := intake.Outcome{Result: intake.PassedOver, Findings: findings(taken.Faults)}
	if len(taken.Documents) == 0 || len(taken.lost) > 0 {
		outcome.Result = intake.Exception
	}
	if len(taken.Documents) > 0 {
		outcome.Findings.Info("gateway.file", "", fmt.Sprintf("the %d documents in it are documents of their own", len(taken.Documents)), "")
	}
	return outcome, err
}
