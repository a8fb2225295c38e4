// Package table writes tables of text for a person to read on a terminal or in a
// file: columns below each other, numbers at the right.
package table

import (
	"fmt"
	"strings"
)

// Write writes the rows below each other, two columns apart and two from the
// left; r in columns is one whose cells stand at the right. A row of one cell is a
// heading and takes the room that it needs.
func Write(b *strings.Builder, rows [][]string, columns string) {
	width := make([]int, len(columns))
	for _, row := range rows {
		if len(row) == 1 {
			continue
		}
		for col, cell := range row {
			width[col] = max(width[col], Width(cell))
		}
	}
	for _, row := range rows {
		if len(row) == 1 {
			fmt.Fprintf(b, "  %s\n", row[0])
			continue
		}
		var line strings.Builder
		for col, cell := range row {
			pad := strings.Repeat(" ", width[col]-Width(cell))
			if columns[col] == 'r' {
				cell = pad + cell
			} else {
				cell += pad
			}
			line.WriteString("  " + cell)
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
}
