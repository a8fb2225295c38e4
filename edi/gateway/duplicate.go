package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"

	"github.com/o2ckit/o2c/edi/duplicate"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
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

// answers names the answer to an interchange by what it answers: each document that was
// received in it, in order. An interchange without documents is named by its envelope.
type answers struct {
	documents hash.Hash
	any       bool
}

func newAnswers() *answers { return &answers{documents: sha256.New()} }

// add counts a document in.
func (a *answers) add(id string) {
	_, _ = fmt.Fprintf(a.documents, "%d:%s", len(id), id)
	a.any = true
}

// key is the name, and begins anew. An interchange that uses a number again has an answer
// of its own, even when its documents were received before.
func (a *answers) key(control string, v *duplicate.Verdict, envelope ...string) string {
	if !a.any {
		for _, part := range envelope {
			a.add(part)
		}
	}
	key := "answer/" + fault.Shortened(control) + "/" + hex.EncodeToString(a.documents.Sum(nil)[:12])
	a.documents.Reset()
	a.any = false
	if len(v.Reused) > 0 {
		key += "/" + fault.Shortened(v.ID[max(0, len(v.ID)-32):])
	}
	return key
}
