package main

import (
	"bufio"
	"bytes"
	"fmt"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// result is what one benchmark took: the best of its runs, by unit. What else
// the machine does can only make a run slower.
type result struct {
	// task is the package and the name of the benchmark function, name the rest.
	task, name string
	metrics    map[string]float64
}

// measurement is what go test printed.
type measurement struct {
	cpu     string
	results []result // in the order in which they were run
}

// setting says in a line under which conditions was measured.
func (m *measurement) setting(count int, each string) string {
	return fmt.Sprintf("The best of %d runs of %s each, taken in turns; %s, %d cores, %s/%s, %s.",
		count, each, m.cpu, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// parse reads the output of go test -bench.
func parse(output []byte) (*measurement, error) {
	// the number of processors stands behind the name: BenchmarkLine/o2c-2
	line := regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.+)$`)
	m := &measurement{cpu: "unknown processor"}
	runs := make(map[string]map[string][]float64)
	var order []result
	pkg := ""
	for scan := bufio.NewScanner(bytes.NewReader(output)); scan.Scan(); {
		text := scan.Text()
		if at, ok := strings.CutPrefix(text, "pkg: "); ok {
			pkg = path.Base(at)
		}
		if cpu, ok := strings.CutPrefix(text, "cpu: "); ok {
			m.cpu = cpu
		}
		found := line.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		function, name, _ := strings.Cut(found[1], "/")
		one := result{task: pkg + "." + function, name: strings.ReplaceAll(name, "_", " ")}
		key := one.task + "/" + one.name
		if runs[key] == nil {
			runs[key] = make(map[string][]float64)
			order = append(order, one)
		}
		fields := strings.Fields(found[2])
		for i := 0; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("cannot read %q: %w", text, err)
			}
			runs[key][fields[i+1]] = append(runs[key][fields[i+1]], value)
		}
	}
	for _, one := range order {
		one.metrics = make(map[string]float64)
		for unit, values := range runs[one.task+"/"+one.name] {
			one.metrics[unit] = slices.Min(values)
			if strings.HasSuffix(unit, "/s") {
				one.metrics[unit] = slices.Max(values)
			}
		}
		m.results = append(m.results, one)
	}
	if len(m.results) == 0 {
		return nil, fmt.Errorf("no benchmarks in %q", output)
	}
	return m, nil
}
