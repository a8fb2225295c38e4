// Package samples has the purchase orders that the demo begins with: made-up
// interchanges of four trading partners, each with delimiters and qualifiers
// of its own, and of one that nobody knows.
package samples

import "embed"

// Files are the interchanges.
//
//go:embed *.x12 *.edifact
var Files embed.FS
