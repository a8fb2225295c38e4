// Package yamldoc reads YAML, and so JSON, into Go structs, strictly:
//
//	var schema Schema
//	faults := yamldoc.Decode(text, &schema)
//	for _, f := range faults {
//		fmt.Println(f.Line, f.Path, f.Reason) // 4 steps[0] there is no key knid; did you mean kind?
//	}
//
// Fields go by their json names. A key that the struct does not have and a key that
// stands twice are faults; so is a value of another type, and all faults are found
// in one go, each with its place. Numbers are read from the digits as they are
// written: nothing goes through binary floating point.
//
// What a small file could grow or stall by is refused before it is parsed: see
// [Guard].
package yamldoc
