//go:build unix

package integration_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/sqljournal"
)

// Kills in a run of the tests: what was acknowledged has to survive each.
const (
	sqliteKills     = 150
	postgresKills   = 60
	postgresCrashes = 5
	killsAJournal   = 15 // then a new one: each is verified from its beginning
	childWriters    = 4
)

const childEnv = "O2C_JOURNAL_CHILD"

// job is what a parent tells a child; it stands in childEnv.
type job struct {
	Dialect sqljournal.Dialect
	Driver  string
	Source  string
	Run     int    // of children on this journal
	Retry   []work // what the child before may or may not have appended
}

// work names an append. Its key, stream and data follow from it.
type work struct {
	Run, Writer, N int
	Expect         journal.Position
}

// ack is an append that a child was told has been committed. It is a line of
// the child's output.
type ack struct {
	Work        work
	First, Last journal.Position
}

func (w work) key() string { return fmt.Sprint(w.Run, "/", w.Writer, "/", w.N) }

// batch is one to three events on the writer's stream, and a second stream
// now and then, so that batches over several streams are cut too.
func (w work) batch() journal.Batch {
	draft := func(i int) journal.Draft {
		return journal.Draft{Type: "test.written", Version: 1, At: time.Unix(int64(w.N), 0), Data: fmt.Appendf(nil, "%s#%d", w.key(), i)}
	}
	main := journal.Write{Stream: fmt.Sprint("w/", w.Run, "/", w.Writer), Expect: w.Expect}
	for i := range 1 + w.N%3 {
		main.Events = append(main.Events, draft(i))
	}
	b := journal.Batch{Key: w.key(), Writes: []journal.Write{main}}
	if w.N%5 == 0 {
		b.Writes = append([]journal.Write{write("extra/"+w.key(), 0, draft(len(main.Events)))}, b.Writes...)
	}
	return b
}

func (w work) size() int {
	n := 0
	for _, write := range w.batch().Writes {
		n += len(write.Events)
	}
	return n
}

// runChild appends until it is killed, and says what was acknowledged.
func runChild() int {
	var todo job
	if err := json.Unmarshal([]byte(os.Getenv(childEnv)), &todo); err != nil {
		return fail(err)
	}
	db, err := sql.Open(todo.Driver, todo.Source)
	if err != nil {
		return fail(err)
	}
	j, err := sqljournal.New(sqljournal.Config{DB: db, Dialect: todo.Dialect})
	if err != nil {
		return fail(err)
	}
	var out sync.Mutex
	appendOne := func(w work) (journal.Position, error) {
		c, err := j.Append(context.Background(), w.batch())
		if err != nil {
			return 0, err
		}
		line, err := json.Marshal(ack{Work: w, First: c.First, Last: c.Last})
		if err != nil {
			return 0, err
		}
		out.Lock()
		defer out.Unlock()
		_, err = os.Stdout.Write(append(line, '\n'))
		return c.Last, err
	}
	for _, w := range todo.Retry {
		if _, err := appendOne(w); err != nil {
			return fail(fmt.Errorf("retry %s: %w", w.key(), err))
		}
	}
	failed := make(chan error)
	for i := range childWriters {
		go func() {
			w := work{Run: todo.Run, Writer: i}
			for {
				var err error
				if w.Expect, err = appendOne(w); err != nil {
					failed <- fmt.Errorf("append %s: %w", w.key(), err)
					return
				}
				w.N++
			}
		}()
	}
	return fail(<-failed)
}

func fail(err error) int {
	fmt.Fprintln(os.Stderr, "child:", err)
	return 1
}

// witness keeps what children were told, and holds a journal to it.
type witness struct {
	acked      map[string]ack
	checkpoint journal.Head
}

// runAndKill starts a child, kills it after some acknowledgements and returns
// what it may have left half done.
func (s *witness) runAndKill(t *testing.T, todo job, after int) []work {
	t.Helper()
	next := make(map[int]work)
	for i := range childWriters {
		next[i] = work{Run: todo.Run, Writer: i}
	}
	untilKilled(t, childEnv, todo, after, func(a ack) {
		s.acked[a.Work.key()] = a
		if w := a.Work; w.Run == todo.Run {
			w.N++
			w.Expect = a.Last
			next[w.Writer] = w
		}
	})
	var open []work
	for _, w := range next {
		open = append(open, w)
	}
	return append(open, s.unsettled(todo.Retry)...)
}

// untilKilled starts this program anew, with what it is to do in an environment
// variable, kills it after so many answers, 0 for at once, and gives all that
// it answered, a line of JSON each, to told.
func untilKilled[Answer any](t *testing.T, env string, todo any, after int, told func(Answer)) {
	t.Helper()
	spec, err := json.Marshal(todo)
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), env+"="+string(spec))
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after == 0 {
		_ = cmd.Process.Kill()
	}
	lines := bufio.NewScanner(stdout)
	for seen := 0; lines.Scan(); { // to the end: what stands in the pipe was acknowledged
		var a Answer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			break // the kill cut the line in two
		}
		if seen++; seen == after {
			_ = cmd.Process.Kill()
		}
		told(a)
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("the child ended by itself: %v", err)
	}
}

// unsettled returns what was to be tried again and was not acknowledged.
func (s *witness) unsettled(retry []work) []work {
	var open []work
	for _, w := range retry {
		if _, ok := s.acked[w.key()]; !ok {
			open = append(open, w)
		}
	}
	return open
}

// examine reads the whole journal: every acknowledged event is there, in its
// place, none twice, no batch in part, and the chain verifies.
func (s *witness) examine(t *testing.T, j *sqljournal.Journal) {
	t.Helper()
	head, err := journal.Verify(t.Context(), j, s.checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	s.checkpoint = head
	at := make(map[string]journal.Position) // of each event, by its data
	parts := make(map[string]int)           // events of each append
	last := journal.Position(0)
	for e, err := range j.Read(t.Context(), journal.All, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Position != last+1 {
			t.Fatalf("event %d follows %d", e.Position, last)
		}
		last = e.Position
		if first, twice := at[string(e.Data)]; twice {
			t.Fatalf("%s is there twice, at %d and %d", e.Data, first, e.Position)
		}
		at[string(e.Data)] = e.Position
		key, _, _ := strings.Cut(string(e.Data), "#")
		parts[key]++
	}
	for key, n := range parts {
		var w work
		if _, err := fmt.Sscanf(key, "%d/%d/%d", &w.Run, &w.Writer, &w.N); err != nil {
			t.Fatal(err)
		}
		if n != w.size() {
			t.Fatalf("%d of %d events of append %s are there", n, w.size(), key)
		}
	}
	for key, a := range s.acked {
		p := a.First
		for _, write := range a.Work.batch().Writes {
			for _, d := range write.Events {
				if at[string(d.Data)] != p {
					t.Fatalf("append %s was acknowledged at %d to %d; %s is at %d", key, a.First, a.Last, d.Data, at[string(d.Data)])
				}
				p++
			}
		}
	}
}

func TestKill(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		t.Parallel() // both wait for children and for the disk
		kills := map[string]int{"sqlite": sqliteKills, "postgres": postgresKills}[d.name]
		if testing.Short() {
			kills = 10
		}
		acknowledged, settled := 0, 0
		for done := 0; done < kills; {
			source := d.source(t)
			db := d.open(t, source)
			j := d.journal(t, sqljournal.Config{DB: db})
			s := &witness{acked: make(map[string]ack)}
			var retry []work
			for run := 0; run < killsAJournal && done < kills; run++ {
				todo := job{Dialect: d.dialect, Driver: d.driver, Source: source, Run: run, Retry: retry}
				retry = s.runAndKill(t, todo, rand.IntN(60))
				s.examine(t, j)
				done++
			}
			// The last appends that are open are tried once more by this process.
			for _, w := range retry {
				c, err := j.Append(t.Context(), w.batch())
				if err != nil {
					t.Fatalf("retry %s: %v", w.key(), err)
				}
				s.acked[w.key()] = ack{Work: w, First: c.First, Last: c.Last}
				settled++
			}
			s.examine(t, j)
			acknowledged += len(s.acked)
		}
		t.Logf("%d kills, %d appends acknowledged, %d settled by their keys at the end", kills, acknowledged, settled)
	})
}

// TestCrash ends the PostgreSQL server without a shutdown while callers append
// and retry.
func TestCrash(t *testing.T) {
	source := server.newSchema(t)
	d := databases()[1]
	db := d.open(t, source)
	j := d.journal(t, sqljournal.Config{DB: db})
	crashes := postgresCrashes
	if testing.Short() {
		crashes = 1
	}
	s := &witness{acked: make(map[string]ack)}
	for run := range crashes {
		acks := make(chan ack)
		up, stop := make(chan struct{}), make(chan struct{})
		var writers sync.WaitGroup
		for i := range childWriters {
			writers.Go(func() { appendThroughCrash(t, j, work{Run: run, Writer: i}, acks, up, stop) })
		}
		go func() {
			writers.Wait()
			close(acks)
		}()
		crashAt := 20 + rand.IntN(200)
		seen := 0
		for a := range acks {
			s.acked[a.Work.key()] = a
			switch seen++; seen {
			case crashAt:
				writers.Go(func() { // beside the appends, which go on into it
					defer close(up)
					if err := errors.Join(server.crash(), server.start()); err != nil {
						t.Error(err)
					}
				})
			case crashAt + 100:
				close(stop)
			}
		}
		s.examine(t, j)
	}
	t.Logf("%d crashes, %d appends acknowledged", crashes, len(s.acked))
}

// appendThroughCrash appends until stop; what fails is tried again, with the
// same key, once the server is up.
func appendThroughCrash(t *testing.T, j *sqljournal.Journal, w work, acks chan<- ack, up, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		c, err := j.Append(t.Context(), w.batch())
		for tries := 0; err != nil; tries++ {
			var conflict *journal.ConflictError
			if errors.As(err, &conflict) || tries == 20 {
				t.Errorf("append %s: %v", w.key(), err)
				return
			}
			<-up
			c, err = j.Append(t.Context(), w.batch())
		}
		acks <- ack{Work: w, First: c.First, Last: c.Last}
		w.Expect = c.Last
		w.N++
	}
}
