package edijson_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/edijson"
)

const isa = "ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260330*0915*U*00401*000000101*0*P*>~\n"

const order = isa + "GS*PO*A*B*20260330*0915*12*X*004010~\nST*850*0001~\nBEG*00*SA*4711**20260330~\nPO1*1*10*EA*2.50**UP*012345678905~\n" +
	"SLN*1**I*1*EA>X>Y~\nSE*5*0001~\nST*850*0002~\nBEG*00*SA*4712**20260330~\nSE*3*0002~\nGE*2*12~\nIEA*1*000000101~\n"

const orders = "UNA:+.?*'\r\nUNB+UNOC:4+A:14+B:14+20260330:0915+77'\r\nUNH+1+ORDERS:D:96A:UN'\r\nBGM+220+47?'11??+9'\r\nFTX+AAI+++a:b?:c*d::e'\r\nUNT+4+1'\r\nUNZ+1+77'\r\n"

// through puts a file into JSON, changes the text, and writes what it says then.
func through(t testing.TB, file string, o edijson.Options, change func(string) string) (string, error) {
	t.Helper()
	lines, err := edijson.Lines([]byte(file))
	require.NoError(t, err)
	data, err := json.Marshal(lines)
	require.NoError(t, err)
	if change != nil {
		after := change(string(data))
		require.NotEqual(t, string(data), after)
		data = []byte(after)
	}
	var back []edijson.Line
	require.NoError(t, json.Unmarshal(data, &back))
	var out bytes.Buffer
	err = edijson.Write(back, &out, o)
	return out.String(), err
}

func replace(old, next string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, next, 1) }
}

func TestWhatNobodyChanged(t *testing.T) {
	for name, file := range map[string]string{
		"x12":               order,
		"edifact":           orders,
		"no breaks":         strings.ReplaceAll(order, "\n", ""),
		"odd breaks":        strings.Replace(order, "ST*", "\r\n \nST*", 1),
		"carriage returns":  strings.ReplaceAll(order, "\n", "\r\n"),
		"lines":             strings.NewReplacer("~\n", "\r\n").Replace(order),
		"trailing elements": strings.Replace(order, "20260330~\nPO1", "20260330***~\nPO1", 1),
		"needless releases": strings.Replace(orders, "220", "2?20", 1),
		"latin":             strings.Replace(orders, "47", "M\xfcller", 1),
		"utf-8":             strings.Replace(orders, "47", "Müller", 1),
		"two interchanges":  order + order,
		"wrong counts":      strings.NewReplacer("SE*5", "SE*9", "GE*2", "GE*7", "IEA*1", "IEA*2").Replace(order),
		"acknowledgement":   isa + "TA1*000000007*260330*0915*A*000~\nIEA*0*000000101~\n",
		"no sets":           isa + "IEA*0*000000101~\n",
		"wide header":       strings.Replace(order, "MERIDIAN       ", "MERIDIAN     ", 1),
		"junk before":       "hello\n" + order,
		"nothing":           "",
	} {
		back, err := through(t, file, edijson.Options{}, nil)
		require.NoError(t, err, name)
		if name == "nothing" {
			continue
		}
		assert.Equal(t, file, back, name)
	}
}

// The files by others whose envelopes are whole come back as the same bytes.
func TestFilesByOthers(t *testing.T) {
	root := os.Getenv("O2C_TESTDATA")
	if root == "" {
		t.Skip("O2C_TESTDATA is not set: no interchanges by others")
	}
	files, err := filepath.Glob(filepath.Join(root, "edi", "corpus", "*"))
	require.NoError(t, err)
	same, whole := 0, 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		if !isWhole(t, data) {
			lines, err := edijson.Lines(data) // no panic, and an error at worst
			if err == nil {
				_ = edijson.Write(lines, &bytes.Buffer{}, edijson.Options{})
			}
			continue
		}
		whole++
		back, err := through(t, string(data), edijson.Options{}, nil)
		if assert.NoError(t, err, name) && assert.Equal(t, string(data), back, name) {
			same++
		}
	}
	t.Logf("%d of %d files", same, whole)
	assert.Greater(t, whole, 100)
}

// isWhole tells whether the envelopes of a file are sound.
func isWhole(t testing.TB, data []byte) bool {
	t.Helper()
	if edijson.IsEDIFACT(data) {
		report, err := edifact.Check(bytes.NewReader(data), edifact.Options{})
		require.NoError(t, err)
		return report.OK()
	}
	report, err := x12.Check(bytes.NewReader(data), x12.Options{Lenient: true})
	require.NoError(t, err)
	return report.OK()
}

func TestWhatWasChanged(t *testing.T) {
	for name, c := range map[string]struct {
		file    string
		change  func(string) string
		options edijson.Options
		want    []string
	}{
		"a value":           {order, replace(`"4711"`, `"4799"`), edijson.Options{}, []string{"BEG*00*SA*4799**20260330~\n", "SE*5*0001~\n"}},
		"a component":       {order, replace(`["EA","X","Y"]`, `["EA","Q"]`), edijson.Options{}, []string{"SLN*1**I*1*EA>Q~\n"}},
		"one more segment":  {order, replace(`["BEG","00","SA","4711","","20260330"]`, `["BEG","00","SA","4711","","20260330"],["REF","DP","1"]`), edijson.Options{}, []string{"REF*DP*1~\n", "SE*6*0001~\n", "SE*3*0002~\n"}},
		"a trailer missing": {order, replace(`,["SE","5","0001"]`, ``), edijson.Options{}, []string{"EA>X>Y~\nSE*5*0001~\nST*850*0002"}},
		"ends missing":      {order, replace(`"after":[["GE","2","12"],["IEA","1","000000101"]]`, `"after":[]`), edijson.Options{}, []string{"GE*2*12~\nIEA*1*000000101~\n"}},
		"release":           {orders, replace(`"47'11?"`, `"a+b:c'd?e*f"`), edijson.Options{}, []string{"BGM+220+a?+b?:c?'d??e?*f+9'\r\n"}},
		"other delimiters": {order, nil, edijson.Options{X12: &x12.Delimiters{Element: '|', Component: '<', Repetition: '^', Segment: '\''}},
			[]string{"|0|P|<'\nGS|PO|", "SLN|1||I|1|EA<X<Y'\n"}},
		"other separators": {orders, nil, edijson.Options{EDIFACT: &edifact.Separators{Component: '|', Element: '*', Terminator: '~', Decimal: '.', Release: '?', Repetition: '^'}},
			[]string{"UNA|*.?^~\r\nUNB*UNOC|4*A|14", "BGM*220*47'11??*9~", "FTX*AAI***a|b:c^d||e~"}},
		"other breaks": {order, nil, edijson.Options{Break: new(string)}, []string{"P*>~GS*PO", "IEA*1*000000101~"}},
	} {
		back, err := through(t, c.file, c.options, c.change)
		require.NoError(t, err, name)
		for _, want := range c.want {
			assert.Contains(t, back, want, name)
		}
		assert.True(t, isWhole(t, []byte(back)), "%s: %s", name, back)
	}
}

// What a person wrote needs no layout, no trailers and no widths.
func TestWrittenByHand(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"x12": {`[{"standard":"X12","before":[["ISA","00","","00","","01","123456789","ZZ","MERIDIAN","260330","0915","U","00401","101","0","P"],["GS","PO","A","B","20260330","0915","12","X","004010"]],
			"segments":[["ST","850","0001"],["BEG","00","SA","4711","","20260330"]]}]`,
			isa + "GS*PO*A*B*20260330*0915*12*X*004010~\nST*850*0001~\nBEG*00*SA*4711**20260330~\nSE*3*0001~\nGE*1*12~\nIEA*1*101~\n"},
		"edifact": {`[{"standard":"EDIFACT","before":[["UNB",["UNOC","3"],"A","B",["260330","0915"],"77"]],"segments":[["UNH","1",["ORDERS","D","96A","UN"]],["BGM","220","it's","9"]]}]`,
			"UNB+UNOC:3+A+B+260330:0915+77'\nUNH+1+ORDERS:D:96A:UN'\nBGM+220+it?'s+9'\nUNT+3+1'\nUNZ+1+77'\n"},
	} {
		var lines []edijson.Line
		require.NoError(t, json.Unmarshal([]byte(c.text), &lines), name)
		var out bytes.Buffer
		require.NoError(t, edijson.Write(lines, &out, edijson.Options{}), name)
		assert.Equal(t, c.want, out.String(), name)
		assert.True(t, isWhole(t, out.Bytes()), name)
	}
}

func TestWhatCannotBeWritten(t *testing.T) {
	for name, c := range map[string]struct {
		file   string
		change func(string) string
		want   string
	}{
		"a delimiter":       {order, replace(`"4711"`, `"47*11"`), `segment 4 (BEG): element 3: the value "47*11" has the delimiter "*"`},
		"no identifier":     {order, replace(`"BEG"`, `"beg"`), `"beg" is no identifier`},
		"outside":           {order, replace(`"before":[`, `"before":[["N1","BT"],`), "line 1, segment 1 (N1): it stands outside of any interchange"},
		"no group":          {order, replace(`,["GS","PO","A","B","20260330","0915","12","X","004010"]`, ``), "segment 2 (ST): it stands outside of any group"},
		"no standard":       {order, replace(`"X12"`, `"X13"`), "expected X12 or EDIFACT"},
		"not in the file's": {strings.Replace(orders, "47", "M\xfcller", 1), replace(`"220"`, `"22€"`), "is not in ISO 8859-1"},
	} {
		_, err := through(t, c.file, edijson.Options{}, c.change)
		require.ErrorContains(t, err, c.want, name)
		var at *edijson.LineError
		require.ErrorAs(t, err, &at, name)
	}
	for _, text := range []string{`[1]`, `[null]`, `[["a",1]]`, `[{"again":[]}]`, `[{"repeat":[[1]]}]`} {
		var s edijson.Segment
		require.Error(t, json.Unmarshal([]byte(text), &s), text)
	}
}

// Whatever a file holds: no panic, and JSON keeps all of it.
func FuzzLines(f *testing.F) {
	f.Add([]byte(order))
	f.Add([]byte(orders))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines, err := edijson.Lines(data)
		if err != nil {
			return
		}
		text, err := json.Marshal(lines)
		require.NoError(t, err)
		var back []edijson.Line
		require.NoError(t, json.Unmarshal(text, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		assert.Equal(t, string(text), string(again))
		_ = edijson.Write(back, &bytes.Buffer{}, edijson.Options{}) // may refuse what is broken
	})
}
