package edisample

import (
	"bytes"
	"fmt"
	"io"
)

// X12 returns an interchange of 850s of 004010 of at least so many bytes.
func X12(size int64) []byte { return all(X12Reader(size), size) }

// X12Reader gives an interchange of 850s of 004010 of at least so many bytes, one
// set after the other.
func X12Reader(size int64) io.Reader {
	return &interchange{
		size: size,
		head: "ISA*00*          *00*          *01*123456789      *14*987654321      *260327*1030*U*00401*000000042*0*P*>~\r\n" +
			"GS*PO*123456789*987654321*20260327*1030*42*X*004010~\r\n",
		document: purchaseOrder,
		tail:     func(sets int) string { return fmt.Sprintf("GE*%d*42~\r\nIEA*1*000000042~\r\n", sets) },
	}
}

// EDIFACT returns an interchange of ORDERS of D.96A of at least so many bytes.
func EDIFACT(size int64) []byte { return all(EDIFACTReader(size), size) }

// EDIFACTReader gives an interchange of ORDERS of D.96A of at least so many bytes,
// one message after the other.
func EDIFACTReader(size int64) io.Reader {
	return &interchange{
		size:     size,
		head:     "UNA:+.? 'UNB+UNOC:3+4012345500004:14+5412345000013:14+260327:1105+42'\r\n",
		document: orders,
		tail:     func(messages int) string { return fmt.Sprintf("UNZ+%d+42'\r\n", messages) },
	}
}

func all(from io.Reader, size int64) []byte {
	b := bytes.NewBuffer(make([]byte, 0, size+size/100+1<<20))
	_, _ = b.ReadFrom(from) // an interchange gives no error but its end
	return b.Bytes()
}

// interchange gives a head, documents until there is enough, and the tail. It holds
// one document at a time.
type interchange struct {
	size     int64
	head     string
	document func(b *bytes.Buffer, n int)
	tail     func(documents int) string

	waiting bytes.Buffer
	made    int64
	count   int
	over    bool
}

// Read gives what comes next.
func (i *interchange) Read(p []byte) (int, error) {
	for i.waiting.Len() == 0 {
		if i.over {
			return 0, io.EOF
		}
		switch {
		case i.made == 0:
			i.waiting.WriteString(i.head)
		case i.count == 0 || i.made < i.size:
			i.count++
			i.document(&i.waiting, i.count)
		default:
			i.waiting.WriteString(i.tail(i.count))
			i.over = true
		}
		i.made += int64(i.waiting.Len())
	}
	return i.waiting.Read(p)
}
