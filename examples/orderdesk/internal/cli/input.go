package cli

import (
	"errors"
	"io"
	"os"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/jsonfile"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/sales"
)

// readInput reads a file; - is the standard input.
func readInput(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(name)
}

// badFile makes exit code 2 of what is wrong in a file, which with --json is printed as
// an object too. Other errors, and none, come back as they are.
func (r *run) badFile(err error) error {
	var bad *jsonfile.Error
	if !errors.As(err, &bad) {
		return err
	}
	if r.json {
		if err := r.encode(bad); err != nil {
			return err
		}
	}
	return usageError{err}
}

// badStream makes exit code 2 of what is wrong in a file of sold lines. Other errors come
// back as they are.
func badStream(err error) error {
	var bad *sales.FormatError
	if errors.As(err, &bad) {
		return usageError{err}
	}
	return err
}
