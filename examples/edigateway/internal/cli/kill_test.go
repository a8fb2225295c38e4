package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/examples/edigateway/internal/cli"
	"github.com/o2ckit/o2c/order"
)

const childFile = "O2C_GATEWAY_CHILD"

// The test binary is also the program that is killed.
func TestMain(m *testing.M) {
	if file := os.Getenv(childFile); file != "" {
		os.Exit(cli.Run(context.Background(), []string{file}, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func interchange(control int, order string) string {
	return fmt.Sprintf("ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260327*1105*U*00401*%09d*0*P*>~"+
		"GS*PO*123456789*MERIDIAN*20260327*1105*%d*X*004010~ST*850*0001~BEG*00*SA*%s**20260327~PO1*1*12*EA*2.5**VN*BR-10~CTT*1~"+
		"SE*5*0001~GE*1*%d~IEA*1*%09d~", control, control, order, control, control)
}

// The whole program is killed again and again while files come in. In the end
// there is one order and one acknowledgement of each, with control numbers
// without a gap.
func TestKilled(t *testing.T) {
	kills := 40
	if testing.Short() {
		kills = 5
	}
	dir, file := sample(t)
	text := strings.NewReplacer("every: 10s", "every: 1ms", "listen: 127.0.0.1:8080", "").Replace(string(read(t, file)))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "bigbox", "in")))
	in := filepath.Join(dir, "bigbox", "in")
	require.NoError(t, os.MkdirAll(in, 0o750))
	dropped := 0
	drop := func() {
		dropped++
		temp := filepath.Join(in, ".new.tmp")
		require.NoError(t, os.WriteFile(temp, []byte(interchange(dropped, fmt.Sprint("PO-", dropped))), 0o600))
		require.NoError(t, os.Rename(temp, filepath.Join(in, fmt.Sprint(dropped, ".edi"))))
	}
	random := rand.New(rand.NewPCG(5, 6))
	for range kills {
		for range 3 {
			drop()
		}
		c := exec.Command(os.Args[0], "-test.run=^$")
		c.Env = append(os.Environ(), childFile+"="+file)
		var errs bytes.Buffer
		c.Stderr = &errs
		require.NoError(t, c.Start())
		time.Sleep(time.Duration(20+random.IntN(120)) * time.Millisecond)
		_ = c.Process.Kill()
		require.EqualError(t, c.Wait(), "signal: killed", "%s", &errs)
		require.NotContains(t, errs.String(), "level=ERROR")
	}
	code, out, errs := run(t, "--once", file)
	require.Zero(t, code, errs)
	assert.Equal(t, fmt.Sprintf("received %d, orders %d, exceptions 0, passed over 0, open 0\n", dropped+1, dropped+1), out)

	orders := make(map[string]int)
	for _, name := range files(t, dir, "orders") {
		var doc order.Document
		require.NoError(t, json.Unmarshal(read(t, dir, "orders", name), &doc))
		orders[doc.PurchaseOrder]++
	}
	acknowledged := make(map[string]int)
	for i, name := range files(t, dir, "bigbox", "out") {
		require.Equal(t, fmt.Sprintf("bigbox-997-%09d.edi", i+1), name)
		report, err := x12.Read(bytes.NewReader(read(t, dir, "bigbox", "out", name)), x12.Options{})
		require.NoError(t, err)
		require.Len(t, report.Sets(), 1)
		acknowledged[report.Sets()[0].Body()[0].Value(2)]++ // AK102
	}
	for i := 1; i <= dropped; i++ {
		assert.Equal(t, 1, orders[fmt.Sprint("PO-", i)], "order %d", i)
		assert.Equal(t, 1, acknowledged[fmt.Sprint(i)], "acknowledgement %d", i)
	}
	assert.Len(t, acknowledged, dropped)
}
