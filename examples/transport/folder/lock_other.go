//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package folder

import (
	"errors"
	"fmt"
	"os"
	"runtime"
)

// tryLock cannot work here, and without it a file could be taken twice.
func tryLock(*os.File) (held bool, err error) {
	return false, fmt.Errorf("folder: locks that end with the process are not known on %s: %w", runtime.GOOS, errors.ErrUnsupported)
}
