package mailbox

import (
	"context"
	"io"
	"time"
)

// FS is a file system as a mailbox needs it. Paths have forward slashes. Where
// something is not there, the errors match fs.ErrNotExist.
type FS interface {
	// Enter makes the work directory, and below it one of this process alone,
	// whose name it returns. Later calls return the same name, and tell others
	// that the process is alive.
	Enter(ctx context.Context, work string) (owner string, err error)
	// Orphans calls adopt for each other process whose directory is left in
	// work; the files in it become this process's before adopt returns.
	Orphans(ctx context.Context, work string, adopt func(owner string) error) error

	// MakeDir makes a directory and those above it, unless they are there.
	MakeDir(ctx context.Context, dir string) error
	// List gives what is in a directory.
	List(ctx context.Context, dir string) ([]Info, error)
	// Stat looks at a file. A link is not followed.
	Stat(ctx context.Context, path string) (Info, error)
	// Rename moves a file to a name that nothing has; it happens or it does not.
	Rename(ctx context.Context, from, to string) error
	// Remove removes a file.
	Remove(ctx context.Context, path string) error
	// Open reads a file. The reader outlives the loss of a connection.
	Open(ctx context.Context, path string) (io.ReadCloser, error)
	// Put writes a file: it is there as a whole, durably, or not at all. The
	// same file again is fine; another one under the name is ErrExists of
	// package transport.
	Put(ctx context.Context, path string, data []byte) error
}

// Info is what a directory tells of a file.
type Info struct {
	Name     string
	Size     int64
	Modified time.Time
	// Regular tells that it is a file with content: no directory, link or device.
	Regular bool
}

// same tells that a file has not changed between two looks.
func (i Info) same(other Info) bool { return i.Size == other.Size && i.Modified.Equal(other.Modified) }
