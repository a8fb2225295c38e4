package cli_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/o2ckit/o2c/examples/edigateway/internal/cli"
)

// keys puts keys and certificates of all kinds into a directory.
func keys(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	require.NoError(t, os.MkdirAll(dir, 0o750))
	write := func(name, kind string, der []byte) {
		text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Meridian"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	require.NoError(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	write("as2.crt", "CERTIFICATE", der)
	write("as2.key", "PRIVATE KEY", pkcs8)
	write("as2.rsa", "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
	login, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	pkcs8, err = x509.MarshalPKCS8PrivateKey(login)
	require.NoError(t, err)
	write("van", "PRIVATE KEY", pkcs8)
	public, err := ssh.NewPublicKey(&login.PublicKey)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "known_hosts"), []byte(knownhosts.Line([]string{"van.example"}, public)+"\n"), 0o600))
	pool := x509.NewCertPool()
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool.AddCert(parsed)
	return pool
}

// The transports that the sample shows in its comments are settings that work.
func TestSettingsOfAllTransports(t *testing.T) {
	dir, file := sample(t)
	keys(t, filepath.Join(dir, "keys"))
	text := string(read(t, file))
	_, comments, _ := strings.Cut(text, "# The mailbox of a value-added network")
	var routes strings.Builder
	for line := range strings.Lines(comments) {
		line, has := strings.CutPrefix(line, "#  ")
		if has && !strings.HasPrefix(line, "tls:") {
			routes.WriteString("  " + line)
		}
	}
	added := strings.NewReplacer("[grocer, hardware]", "[]", "[retailer]", "[]", "keys/retailer.crt", "keys/as2.crt").Replace(routes.String())
	for _, key := range []string{"keys/as2.key", "keys/as2.rsa"} {
		require.NoError(t, os.WriteFile(file, []byte(text+"\n"+strings.Replace(added, "keys/as2.key", key, 1)), 0o600))
		code, out, errs := run(t, "--check", file)
		require.Zero(t, code, errs)
		assert.Equal(t, "4 routes are in order\n", out)
	}
	for old, c := range map[string]struct{ is, want string }{
		"keys/as2.key":      {"keys/as2.crt", "as2: key:"},
		"keys/as2.crt\n":    {"keys/none.crt\n", "as2: certificate:"},
		"keys/van\n":        {"keys/known_hosts\n", "sftp: key:"},
		"keys/known_hosts":  {"keys/none", "sftp: known_hosts:"},
		"owner: gateway-1":  {"owner: a/b", "Owner"},
		"partner: RETAILER": {"partner: MERIDIAN", "Partner"},
	} {
		changed := strings.Replace(strings.ReplaceAll(added, "               # private key, OpenSSH or PEM", ""), old, c.is, 1)
		require.NoError(t, os.WriteFile(file, []byte(text+"\n"+changed), 0o600))
		code, _, errs := run(t, "--check", file)
		assert.Equal(t, 2, code, old)
		assert.Contains(t, errs, c.want, old)
	}
}

func TestServeTLS(t *testing.T) {
	dir, file := sample(t)
	pool := keys(t, filepath.Join(dir, "keys"))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	text := strings.Replace(string(read(t, file)), "127.0.0.1:8080", address, 1) + "\ntls: {certificate: keys/as2.crt, key: keys/as2.key}\n"
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	var out, errs bytes.Buffer
	go func() { ended <- cli.Run(ctx, []string{file}, &out, &errs) }()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}}
	require.Eventually(t, func() bool {
		answer, err := client.Get("https://" + address + "/healthz")
		if err != nil {
			return false
		}
		_ = answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	}, 20*time.Second, 20*time.Millisecond)
	stop()
	assert.Zero(t, <-ended, errs.String())

	require.NoError(t, os.Remove(filepath.Join(dir, "keys", "as2.crt")))
	code, _, said := run(t, file)
	assert.Equal(t, 2, code)
	assert.Contains(t, said, "tls:")
}
