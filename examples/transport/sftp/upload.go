package sftp

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"

	pkgsftp "github.com/pkg/sftp"

	"github.com/o2ckit/o2c/examples/transport"
)

// upload is what is known of a file that is not delivered yet, from one
// attempt to the next.
type upload struct {
	sum     [sha256.Size]byte
	begun   bool // what is there under the hidden name is ours
	renamed bool // the last step was asked for
}

// Put implements [mailbox.FS]. One call is one attempt; the next one goes on.
func (f *FS) Put(ctx context.Context, name string, data []byte) error {
	temp := hidden(name, f.config.Owner)
	u := f.upload(name, data)
	there, err := f.holds(ctx, name, data)
	switch {
	case err != nil:
		return err
	case there:
		f.forget(name)
		return ignoreAbsent(f.Remove(ctx, temp))
	}
	size, err := f.sizeOf(ctx, temp)
	if err != nil {
		return err
	}
	if size < 0 && u.renamed {
		f.forget(name) // it had its name, and whoever it is for has fetched it
		return nil
	}
	if err := f.write(ctx, temp, data, u, max(size, 0)); err != nil {
		return err
	}
	if size, err = f.sizeOf(ctx, temp); err != nil {
		return err
	}
	if size != int64(len(data)) {
		u.begun = false // from the beginning
		return fmt.Errorf("sftp: the server has %d of %d bytes of %s", size, len(data), name)
	}
	u.renamed = true
	err = f.line.do(ctx, func(c *connection) error { return c.client.Rename(temp, name) })
	if err != nil {
		if !errors.As(err, new(lost)) {
			u.renamed = false
		}
		return err
	}
	f.forget(name)
	return nil
}

func (f *FS) upload(name string, data []byte) *upload {
	sum := sha256.Sum256(data)
	f.mu.Lock()
	defer f.mu.Unlock()
	u := f.uploads[name]
	if u == nil || u.sum != sum {
		u = &upload{sum: sum}
		f.uploads[name] = u
	}
	return u
}

func (f *FS) forget(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.uploads, name)
}

// sizeOf returns the size of a file, or -1 where there is none.
func (f *FS) sizeOf(ctx context.Context, name string) (int64, error) {
	info, err := f.Stat(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return -1, nil
	}
	return info.Size, err
}

// holds tells whether a file is there with just this content. One with other
// content is ErrExists.
func (f *FS) holds(ctx context.Context, name string, data []byte) (bool, error) {
	size, err := f.sizeOf(ctx, name)
	switch {
	case err != nil || size < 0:
		return false, err
	case size != int64(len(data)):
		return false, transport.ErrExists
	}
	file, err := f.Open(ctx, name)
	if err != nil {
		return false, ignoreAbsent(err)
	}
	defer func() { _ = file.Close() }()
	buffer := make([]byte, piece)
	for rest := data; len(rest) > 0; {
		n, err := file.Read(buffer)
		if !bytes.HasPrefix(rest, buffer[:n]) {
			return false, transport.ErrExists
		}
		rest = rest[n:]
		if err != nil && len(rest) > 0 {
			return false, ignoreAbsent(err)
		}
	}
	return true, nil
}

// write writes from where the server has it. Each piece is a request of its
// own, so that a large file is bounded in time by piece.
func (f *FS) write(ctx context.Context, temp string, data []byte, u *upload, from int64) error {
	flags := os.O_WRONLY | os.O_CREATE
	if !u.begun || from > int64(len(data)) {
		flags |= os.O_TRUNC
		from = 0
	}
	var file *pkgsftp.File
	var on *connection
	err := f.line.do(ctx, func(c *connection) (err error) {
		on = c
		file, err = c.client.OpenFile(temp, flags)
		return err
	})
	if err != nil {
		return err
	}
	u.begun = true
	for from < int64(len(data)) {
		end := min(from+piece, int64(len(data)))
		err := f.line.do(ctx, func(c *connection) error {
			if c != on {
				return lost{errors.New("sftp: the connection is another one")}
			}
			_, err := file.WriteAt(data[from:end], from)
			return err
		})
		if err != nil {
			return err
		}
		from = end
	}
	return f.line.do(ctx, func(c *connection) error {
		if c != on {
			return lost{errors.New("sftp: the connection is another one")}
		}
		if _, can := c.client.HasExtension("fsync@openssh.com"); can {
			if err := file.Sync(); err != nil {
				return err
			}
		}
		return file.Close()
	})
}

func ignoreAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
