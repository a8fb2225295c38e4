package promisecmd

import (
	"math/bits"
	"time"
)

// fine is how many bits of a number a histogram keeps below the highest: it is exact to
// one part in 32.
const fine = 5

// Histogram counts durations without keeping them.
type Histogram struct {
	counts [(64 - fine) << fine]int64
	n      int64
	sum    time.Duration
}

// Add counts a duration.
func (h *Histogram) Add(d time.Duration) {
	h.counts[slot(uint64(max(d, 0)))]++
	h.n++
	h.sum += d
}

// slot numbers the durations that are counted as one.
func slot(n uint64) int {
	if n < 1<<fine {
		return int(n)
	}
	shift := bits.Len64(n) - fine - 1
	return shift<<fine + int(n>>shift)
}

// most is the greatest duration in a slot.
func most(slot int) time.Duration {
	if slot < 2<<fine {
		return time.Duration(slot)
	}
	shift := slot>>fine - 1
	return time.Duration((uint64(slot-shift<<fine)+1)<<shift - 1)
}

// Quantile is a duration that so many of a million do not exceed.
func (h *Histogram) Quantile(millionth int64) time.Duration {
	rank := (h.n*millionth + 999_999) / 1_000_000
	var seen int64
	for i, n := range h.counts {
		if seen += n; n > 0 && seen >= rank {
			return most(i)
		}
	}
	return 0
}

// Latency is a histogram in short, in nanoseconds.
type Latency struct {
	Count     int64   `json:"count"`
	PerSecond float64 `json:"per_second"`
	P50       int64   `json:"p50_ns"`
	P99       int64   `json:"p99_ns"`
	P999      int64   `json:"p999_ns"`
	Max       int64   `json:"max_ns"`
}

// Latency summarises the histogram.
func (h *Histogram) Latency() Latency {
	l := Latency{
		Count: h.n, P50: int64(h.Quantile(500_000)), P99: int64(h.Quantile(990_000)), P999: int64(h.Quantile(999_000)),
		Max: int64(h.Quantile(1_000_000)),
	}
	if h.sum > 0 {
		l.PerSecond = float64(h.n) / h.sum.Seconds()
	}
	return l
}
