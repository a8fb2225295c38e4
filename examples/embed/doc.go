// Package embed has no code. Its folders are three small programs that put a
// part of the library into a host with types of its own:
//
//   - price prices a cart
//   - promise promises an order line
//   - desk takes sales orders over a whole desk, in memory
//
// In each, host.go is the host as it was before: its structs and rows, without
// an import of the library. flow.go is all that is needed to price or promise,
// in at most 25 lines; main.go prints what came out. The desk has a setup.go
// too, which makes engines of the host's master data once, at start-up.
package embed
