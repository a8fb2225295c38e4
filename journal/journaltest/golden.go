package journaltest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/o2ckit/o2c/journal"
)

// Golden holds a package to the events that it has written: what is in
// people's journals must stay readable. For each sample, a full value of an
// event type, the folder dir has a file <type>.v<version>.json with its payload.
// Golden fails when a type of the codec has no sample, when a payload is no
// longer what its file says, and when the file no longer decodes to the sample.
// A change that fails here needs a new version of the event and an upcast of the
// old one.
//
// With update set, usually by a flag of the test, the files of the samples are
// written anew first.
func Golden(t *testing.T, codec *journal.Codec, dir string, update bool, samples ...any) {
	t.Helper()
	seen := make(map[string]bool)
	for _, sample := range samples {
		draft, err := codec.Encode(sample)
		if err != nil {
			t.Errorf("%T: %v", sample, err)
			continue
		}
		seen[draft.Type] = true
		name := fmt.Sprintf("%s.v%d.json", draft.Type, draft.Version)
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(dir, name)
			if update {
				writeGolden(t, file, draft.Data)
			}
			golden, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if was, is := compact(t, golden), compact(t, draft.Data); was != is {
				t.Errorf("the payload was\n%s\nand is\n%s", was, is)
			}
			var plain bytes.Buffer // as it stands in a journal
			if err := json.Compact(&plain, golden); err != nil {
				t.Fatal(err)
			}
			back, known, err := codec.Decode(journal.Event{Type: draft.Type, Version: draft.Version, Data: plain.Bytes()})
			if err != nil || !known {
				t.Fatalf("the file does not decode: known %t, error %v", known, err)
			}
			if !reflect.DeepEqual(sample, back) {
				t.Errorf("the file decodes to\n%+v\nnot to\n%+v", back, sample)
			}
		})
	}
	for _, name := range codec.Types() {
		if !seen[name] {
			t.Errorf("there is no sample of %s", name)
		}
	}
}

func writeGolden(t *testing.T, file string, data []byte) {
	t.Helper()
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, data, "", "  "); err != nil {
		t.Fatal(err)
	}
	pretty.WriteByte('\n')
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, pretty.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// compact is JSON without white space and with the fields of objects sorted.
func compact(t *testing.T, data []byte) string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
