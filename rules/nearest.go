package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// nearest returns the candidate that differs least from the name, or "" when
// none is near enough to be a slip of the pen.
func nearest(name string, candidates []string) string {
	best, bestDistance := "", len(name)/3+1
	slices.Sort(candidates)
	for _, c := range candidates {
		if d := distance(name, c); d <= bestDistance && (best == "" || d < bestDistance) {
			best, bestDistance = c, d
		}
	}
	return best
}

// maxDistanceName bounds the names that are compared letter by letter.
const maxDistanceName = 64

// distance counts the letters to insert, delete, replace or swap with a
// neighbour to make one name of the other (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > maxDistanceName || len(y) > maxDistanceName {
		return max(len(x), len(y))
	}
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			replace := rows[i-1][j-1]
			if x[i-1] != y[j-1] {
				replace++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, replace)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}

// joinNames lists names in an error, not more than maxNames of them.
func joinNames(names []string) string {
	if len(names) > maxNames {
		return strings.Join(names[:maxNames], ", ") + fmt.Sprintf(" and %d more", len(names)-maxNames)
	}
	return strings.Join(names, ", ")
}
