package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const printed = `goos: linux
cpu: A processor
pkg: example.com/bench/money
BenchmarkLine/o2c,_one_call-2   	 5739134	        30.00 ns/op	       0 B/op	       0 allocs/op
BenchmarkLine/o2c,_one_call-2   	 5739134	        20.00 ns/op	       0 B/op	       0 allocs/op
BenchmarkLine/o2c,_one_call-2   	 5739134	        21.00 ns/op	       0 B/op	       0 allocs/op
BenchmarkLine/by_hand-2         	55222023	         2.04 ns/op	       0 B/op	       0 allocs/op
BenchmarkLine/shop/decimal-2    	  369762	       314.5 ns/op	     423 B/op	      12 allocs/op
PASS
ok  	example.com/bench/money	0.723s
pkg: example.com/bench/x12
BenchmarkRead/8_sets/o2c    	       9	  11674369 ns/op	 718.70 MB/s	   65664 B/op	       3 allocs/op
`

func measuredRows(t *testing.T) []row {
	t.Helper()
	m, err := parse([]byte(printed))
	if err != nil {
		t.Fatal(err)
	}
	if m.cpu != "A processor" || len(m.results) != 4 {
		t.Fatalf("%+v", m)
	}
	rows, err := arrange([]task{
		{key: "money.Line", title: "a line", remark: "Mark."}, {key: "x12.Read", title: "reading", cases: true, rate: "MB/s"},
	}, m.results)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestShortTable(t *testing.T) {
	want := `| the same work, the same answers | o2c | others; **faster than o2c** |
|---|---|---|
| a line | 20 ns one call | **2.0 ns by hand**; 314 ns shop/decimal |
| reading: 8 sets | 719 MB/s |  |

Here.
`
	if got := shortTable(measuredRows(t), "Here."); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFullTable(t *testing.T) {
	want := `Here.

## A line

| | who | time | against o2c | memory | allocations |
|---|---|---:|---:|---:|---:|
|  | by hand | 2.0 ns | 0.10 | 0 B | 0 |
|  | o2c, one call | 20 ns | 1.0 | 0 B | 0 |
|  | shop/decimal | 314 ns | 15.7 | 423 B | 12 |

Mark.

## Reading

| | who | time | against o2c | memory | allocations |
|---|---|---:|---:|---:|---:|
| 8 sets | o2c | 719 MB/s | 1.0 | 64.1 KiB | 3 |
`
	if got := fullTable(measuredRows(t), "Here."); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestArrangeLosesNothing(t *testing.T) {
	ran := result{task: "money.Line", name: "o2c"}
	for name, c := range map[string]struct {
		tasks   []task
		results []result
		want    string
	}{
		"a result without a task": {[]task{{key: "money.Line"}}, []result{ran, {task: "money.Other", name: "o2c"}}, "belong to no task"},
		"a task without a result": {[]task{{key: "money.Line"}, {key: "x12.Read"}}, []result{ran}, "nothing was measured"},
		"rivals alone":            {[]task{{key: "money.Line"}}, []result{{task: "money.Line", name: "them"}}, "did not take part"},
	} {
		if _, err := arrange(c.tasks, c.results); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGrouped(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 7: "7", 718.7: "719", 3068: "3,070", 172_206: "172,000", 1_234_567: "1,230,000"} {
		if got := grouped(x); got != want {
			t.Errorf("%f: %s, want %s", x, got, want)
		}
	}
}

func TestWriteBetween(t *testing.T) {
	file := filepath.Join(t.TempDir(), "README.md")
	if err := os.WriteFile(file, []byte("above\n"+beginMark+"\nold\n"+endMark+"\nbelow\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time changes nothing
		if err := writeBetween(file, "new\n"); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(file)
		if want := "above\n" + beginMark + "\n\nnew\n\n" + endMark + "\nbelow\n"; err != nil || string(got) != want {
			t.Errorf("%q, want %q, %v", got, want, err)
		}
	}
	if err := os.WriteFile(file, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeBetween(file, "new"); err == nil {
		t.Error("a file without marks was written")
	}
}

// TestFilesHaveMarks reads what the program would write to.
func TestFilesHaveMarks(t *testing.T) {
	for _, name := range []string{readmeFile, fullFile} {
		text, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		begin, end := strings.Index(string(text), beginMark), strings.Index(string(text), endMark)
		if begin < 0 || end < begin {
			t.Errorf("%s has no place for the table", name)
		}
	}
}
