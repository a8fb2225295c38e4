// Package journaltest is the conformance suite of journals: what package
// journal promises, as tests that every store has to pass.
//
//	func TestConformance(t *testing.T) {
//		journaltest.Run(t, func(t *testing.T) journal.Journal {
//			return mystore.Open(t.TempDir()) // a new, empty journal
//		})
//	}
//
// It needs the standard library alone. [RunSnapshots] does the same for stores
// of snapshots, and [Golden] holds a package to the events that it has written.
package journaltest
