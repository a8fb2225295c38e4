//go:build unix

package integration_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
)

// server is the PostgreSQL that the tests share. The first test that needs it
// starts it.
var server postgres

type postgres struct {
	once sync.Once
	err  error

	bin  string // folder of initdb and pg_ctl
	dir  string // everything of the server: data, socket, log
	cred *syscall.Credential
}

var errNoPostgres = errors.New("PostgreSQL (initdb, pg_ctl) is not installed")

// need starts the server, or ends the test.
func (p *postgres) need(t testing.TB) {
	t.Helper()
	p.once.Do(func() { p.err = p.create() })
	switch {
	case p.err == nil:
	case errors.Is(p.err, errNoPostgres) && os.Getenv("O2C_REQUIRE_SERVERS") != "1":
		t.Skip(p.err)
	default:
		t.Fatal(p.err)
	}
}

// newSchema returns the data source name of a new schema.
func (p *postgres) newSchema(t testing.TB) string {
	t.Helper()
	p.need(t)
	db, err := sql.Open("pgx", p.source())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	name := fmt.Sprintf("test_%d", schemas.Add(1))
	if _, err := db.ExecContext(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	return p.source() + " search_path=" + name
}

func (p *postgres) source() string {
	return "host=" + p.dir + " port=5432 user=postgres dbname=postgres sslmode=disable"
}

// create makes a cluster in a temporary folder and starts it on a socket
// there.
func (p *postgres) create() error {
	var err error
	if p.bin, err = findPostgres(); err != nil {
		return err
	}
	if p.dir, err = os.MkdirTemp("", "pg"); err != nil {
		return err
	}
	if os.Getuid() == 0 { // the server refuses to run as root
		if p.cred, err = otherUser(); err != nil {
			return err
		}
		if err := os.Chown(p.dir, int(p.cred.Uid), int(p.cred.Gid)); err != nil {
			return err
		}
	}
	if err := p.run("initdb", "-D", filepath.Join(p.dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		return err
	}
	return p.start()
}

func (p *postgres) start() error {
	options := "-c listen_addresses='' -c unix_socket_directories='" + p.dir + "' -c max_connections=60 -c fsync=on -c synchronous_commit=on"
	return p.run("pg_ctl", "start", "-w", "-D", filepath.Join(p.dir, "data"), "-l", filepath.Join(p.dir, "log"), "-o", options)
}

// crash ends the server as a loss of power does to its processes.
func (p *postgres) crash() error {
	return p.run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", filepath.Join(p.dir, "data"))
}

func (p *postgres) stop() error {
	if p.dir == "" {
		return nil
	}
	var err error
	if p.err == nil {
		err = p.run("pg_ctl", "stop", "-w", "-m", "fast", "-D", filepath.Join(p.dir, "data"))
	}
	return errors.Join(err, os.RemoveAll(p.dir))
}

func (p *postgres) run(name string, args ...string) error {
	cmd := exec.CommandContext(context.Background(), filepath.Join(p.bin, name), args...)
	cmd.Dir = p.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.cred}
	// A file, not a pipe: the server inherits it and would keep a pipe open.
	out, err := os.Create(filepath.Join(p.dir, name+".out"))
	if err != nil {
		return err
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		logged, _ := os.ReadFile(filepath.Join(p.dir, "log"))
		return fmt.Errorf("%s: %w\n%s%s", name, err, said, logged)
	}
	return nil
}

// findPostgres returns the folder of the server's programs.
func findPostgres() (string, error) {
	if file, err := exec.LookPath("initdb"); err == nil {
		if file, err = filepath.EvalSymlinks(file); err == nil {
			return filepath.Dir(file), nil
		}
	}
	best, newest := "", 0
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/initdb", "/usr/pgsql-*/bin/initdb", "/opt/homebrew/opt/postgresql@*/bin/initdb", "/usr/local/pgsql/bin/initdb"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		for _, file := range found {
			version, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(file))))
			if best == "" || version > newest {
				best, newest = filepath.Dir(file), version
			}
		}
	}
	if best == "" {
		return "", errNoPostgres
	}
	return best, nil
}

// otherUser is whom the server runs as when the tests run as root.
func otherUser() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody")
}
