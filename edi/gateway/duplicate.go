package gateway

import (
	"context"
	"errors"

	"github.com/o2ckit/o2c/edi/duplicate"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
)

// admitX12 judges the control numbers of an interchange. It is named by its content: a
// stream that is taken again is itself, and the inbox knows what is in it. What uses a
// number for something else is a fault of its level from here on.
func (g *Gateway) admitX12(ctx context.Context, p partner.Profile, known bool, ic *x12.Interchange) (duplicate.Verdict, error) {
	if g.config.Duplicates == nil || !known {
		return duplicate.Verdict{}, nil
	}
	return judged(g.config.Duplicates.AdmitX12(ctx, p, "", ic))
}

// admitEDIFACT does for EDIFACT what admitX12 does.
func (g *Gateway) admitEDIFACT(ctx context.Context, p partner.Profile, known bool, ic *edifact.Interchange) (duplicate.Verdict, error) {
	if g.config.Duplicates == nil || !known {
		return duplicate.Verdict{}, nil
	}
	return judged(g.config.Duplicates.AdmitEDIFACT(ctx, p, "", ic))
}

// judged leaves an interchange without a verdict of which no set was kept: each was too
// long, and is rejected for that.
func judged(v duplicate.Verdict, err error) (duplicate.Verdict, error) {
	if errors.Is(err, duplicate.ErrNotKept) {
		return duplicate.Verdict{}, nil
	}
	return v, err
}

// answerKey names the answer to an interchange by the last document that was received in
// it. One that uses a number again has an answer of its own, even when a document of it
// was received before.
func answerKey(control, received string, v *duplicate.Verdict) string {
	key := "answer/" + control + "/" + received
	if len(v.Reused) > 0 {
		key += "/" + v.ID
	}
	return key
}
