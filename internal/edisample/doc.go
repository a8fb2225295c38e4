// Package edisample makes purchase orders in EDI of any length, for benchmarks and
// for tests of memory: X12 850 and EDIFACT ORDERS, in the shapes that partners of
// different trades send.
//
//	text := edisample.X12(50 << 20)                                  // 50 MB at once
//	err := x12.Walk(edisample.X12Reader(1<<30), options, handler)    // or bit by bit
//
// What is made is always the same, keeps to the schemas of 004010 and D.96A, and can
// be ordered as it stands. [Repeat] and [Heap] are for hostile input, and its memory.
package edisample
