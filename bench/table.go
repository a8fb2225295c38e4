package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// row is one piece of work and everybody who did it, the fastest first.
type row struct {
	task
	label string
	done  []done
}

// done is what the work took one contender.
type done struct {
	who               string
	ns, bytes, allocs float64
	rate              float64 // in the task's unit, if it has one
}

func (d done) ours() bool { return strings.HasPrefix(d.who, "o2c") }

// ours is the fastest of the library's own.
func (r row) ours() done { return r.done[slices.IndexFunc(r.done, done.ours)] }

// slower is how many times slower a is than b.
func (t task) slower(a, b done) float64 {
	if t.rate != "" {
		return b.rate / a.rate
	}
	return a.ns / b.ns
}

// arrange puts the results into rows in the order of the tasks.
func arrange(tasks []task, results []result) ([]row, error) {
	var rows []row
	used := 0
	for _, t := range tasks {
		first := len(rows)
		for _, r := range results {
			if r.task != t.key {
				continue
			}
			used++
			label, who := t.title, r.name
			if t.names != nil {
				who = t.names[r.name]
			}
			if t.cases {
				var situation string
				situation, who, _ = strings.Cut(r.name, "/")
				label += ": " + situation
			}
			at := slices.IndexFunc(rows[first:], func(r row) bool { return r.label == label })
			if at < 0 {
				at = len(rows) - first
				rows = append(rows, row{task: t, label: label})
			}
			into := &rows[first+at]
			into.done = append(into.done, done{
				who: who, ns: r.metrics["ns/op"], bytes: r.metrics["B/op"], allocs: r.metrics["allocs/op"], rate: r.metrics[t.rate],
			})
		}
		for i := range rows[first:] {
			r := &rows[first+i]
			if !slices.ContainsFunc(r.done, done.ours) {
				return nil, fmt.Errorf("%s: o2c did not take part", r.label)
			}
			slices.SortStableFunc(r.done, func(a, b done) int { return cmp.Compare(t.slower(a, b), 1) })
		}
		if first == len(rows) {
			return nil, fmt.Errorf("nothing was measured for %s", t.key)
		}
	}
	if used != len(results) {
		return nil, fmt.Errorf("%d of %d results belong to no task", len(results)-used, len(results))
	}
	return rows, nil
}

// shortTable has a line for each piece of work. Whoever beats o2c is bold.
func shortTable(rows []row, setting string) string {
	var b strings.Builder
	b.WriteString("| the same work, the same answers | o2c | others; **faster than o2c** |\n|---|---|---|\n")
	for _, r := range rows {
		var own, others []string
		for _, d := range r.done {
			text := r.value(d)
			if d.ours() {
				if kind, ok := strings.CutPrefix(d.who, "o2c, "); ok {
					text += " " + kind
				}
				own = append(own, text)
				continue
			}
			text += " " + d.who
			if r.slower(d, r.ours()) < 1 {
				text = "**" + text + "**"
			}
			others = append(others, text)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r.label, strings.Join(own, "; "), strings.Join(others, "; "))
	}
	fmt.Fprintf(&b, "\n%s\n", setting)
	return b.String()
}

// fullTable has a line for each contender.
func fullTable(rows []row, setting string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", setting)
	last := ""
	for i, r := range rows {
		if r.key != last {
			fmt.Fprintf(&b, "\n## %s%s\n\n", strings.ToUpper(r.title[:1]), r.title[1:])
			b.WriteString("| | who | time | against o2c | memory | allocations |\n|---|---|---:|---:|---:|---:|\n")
			last = r.key
		}
		situation := strings.TrimPrefix(strings.TrimPrefix(r.label, r.title), ": ")
		for _, d := range r.done {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %.0f |\n", situation, d.who, r.value(d), ratio(r.slower(d, r.ours())), size(d.bytes), d.allocs)
			situation = ""
		}
		if r.remark != "" && (i+1 == len(rows) || rows[i+1].key != r.key) {
			fmt.Fprintf(&b, "\n%s\n", r.remark)
		}
	}
	return b.String()
}

// value is the figure that a task is judged by.
func (r row) value(d done) string {
	if r.rate != "" {
		return fmt.Sprintf("%s %s", grouped(d.rate), r.rate)
	}
	return duration(d.ns)
}

func duration(ns float64) string {
	switch {
	case ns < 10:
		return fmt.Sprintf("%.1f ns", ns)
	case ns < 1e3:
		return fmt.Sprintf("%.0f ns", ns)
	case ns < 1e4:
		return fmt.Sprintf("%.1f µs", ns/1e3)
	case ns < 1e6:
		return fmt.Sprintf("%.0f µs", ns/1e3)
	}
	return fmt.Sprintf("%.1f ms", ns/1e6)
}

// grouped writes three figures that count, with commas: 172,000.
func grouped(x float64) string {
	unit := math.Pow10(max(0, int(math.Log10(max(1, x)))-2))
	digits := fmt.Sprintf("%.0f", math.Round(x/unit)*unit)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func size(bytes float64) string {
	switch {
	case bytes < 1<<10:
		return fmt.Sprintf("%.0f B", bytes)
	case bytes < 1<<20:
		return fmt.Sprintf("%.1f KiB", bytes/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", bytes/(1<<20))
}

func ratio(x float64) string {
	switch {
	case x < 0.1:
		return fmt.Sprintf("%.3f", x)
	case x < 1:
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.1f", x)
}
