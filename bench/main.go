// Bench runs o2c and others over the same work and writes the tables of the
// README and of docs/benchmarks.md.
//
//	go run -C bench .           measure, and write the tables
//	go run -C bench . -n        measure, and print the full table
//	go run -C bench . -short    run everything once and write nothing
//
// That all give the same answers is what the tests here hold: go test -C bench ./...
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
)

const (
	readmeFile = "README.md"
	fullFile   = "docs/benchmarks.md"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	short := flag.Bool("short", false, "run each benchmark once and write nothing")
	dry := flag.Bool("n", false, "print the full table instead of writing files")
	count := flag.Int("count", 5, "runs of each benchmark, of which the best counts")
	each := flag.String("time", "300ms", "how long each run takes")
	flag.Parse()
	if *short {
		*count, *each = 1, "1x"
	}
	output, err := measure(ctx, *count, *each)
	if err != nil {
		return err
	}
	measured, err := parse(output)
	if err != nil {
		return err
	}
	rows, err := arrange(tasks(), measured.results)
	if err != nil {
		return err
	}
	setting := measured.setting(*count, *each)
	switch {
	case *short:
		fmt.Printf("%d benchmarks run\n", len(measured.results))
		return nil
	case *dry:
		fmt.Print(fullTable(rows, setting))
		return nil
	}
	if err := writeBetween(filepath.Join("..", readmeFile), shortTable(rows, setting)); err != nil {
		return err
	}
	return writeBetween(filepath.Join("..", fullFile), fullTable(rows, setting))
}

// measure runs the benchmarks of every package of this module, one after the
// other so that they do not disturb each other, and those of the journal, which
// stand beside its tests. It does so count times over, so that a busy minute of
// the machine hits none alone.
func measure(ctx context.Context, count int, each string) ([]byte, error) {
	var all []byte
	for range count {
		for _, b := range []struct{ dir, pattern string }{
			{".", "."}, {"../journal/integration", "AppendDurable/sqlite/(single|grouped)$"},
		} {
			output, err := benchmark(ctx, b.dir, b.pattern, each)
			if err != nil {
				return nil, err
			}
			all = append(all, output...)
		}
	}
	return all, nil
}

func benchmark(ctx context.Context, dir, pattern, each string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", pattern, "-p", "1", "-count", "1", "-benchtime", each, "./...")
	cmd.Dir = filepath.FromSlash(dir)
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("benchmarks in %s: %w\n%s", dir, err, output)
	}
	return output, nil
}

const (
	beginMark = "<!-- written by go run -C bench . -->"
	endMark   = "<!-- end of what is written -->"
)

// writeBetween puts text between the marks of a file and leaves the rest.
func writeBetween(file, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(old, []byte(beginMark))
	if !ok {
		return fmt.Errorf("%s has no line %q", file, beginMark)
	}
	_, after, ok := bytes.Cut(rest, []byte(endMark))
	if !ok {
		return fmt.Errorf("%s has no line %q", file, endMark)
	}
	written := fmt.Appendf(nil, "%s%s\n\n%s\n%s%s", before, beginMark, text, endMark, after)
	return os.WriteFile(file, written, 0o644)
}
