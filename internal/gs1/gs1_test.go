package gs1_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/o2ckit/o2c/internal/gs1"
)

// shipping-and-trade.md has the two SSCCs; the GTIN-13 is an example of
// GS1's own.
func TestCheckDigit(t *testing.T) {
	for _, key := range []string{"095287654321012346", "080020080000012346", "6291041500213", "12345670"} {
		digit, ok := gs1.CheckDigit(key[:len(key)-1])
		assert.True(t, ok)
		assert.Equal(t, key[len(key)-1], digit, key)
		assert.True(t, gs1.Valid(key))
	}
	for _, text := range []string{"", "12a", "1 2", "١٢"} {
		_, ok := gs1.CheckDigit(text)
		assert.False(t, ok, text)
		assert.False(t, gs1.Valid(text), text)
	}
	assert.False(t, gs1.Valid("12345671"))
	assert.False(t, gs1.Valid("1234567x"))
}

func TestGTIN(t *testing.T) {
	for _, number := range []string{"12345670", "614141007349", "6291041500213", "00012345600012"} {
		assert.True(t, gs1.IsGTIN(number), number)
	}
	for _, number := range []string{"", "12345671", "1234567", "095287654321012346", "629104150021x"} {
		assert.False(t, gs1.IsGTIN(number), number)
	}
}

func TestBook(t *testing.T) {
	for isbn, want := range map[string]string{
		"0-306-40615-2": "9780306406157", "080442957X": "9780804429573", "978-0-306-40615-7": "9780306406157",
	} {
		gtin, ok := gs1.Book(isbn)
		assert.True(t, ok, isbn)
		assert.Equal(t, want, gtin)
	}
	for _, text := range []string{"", "123", "12345678x0", "97803064061x7"} {
		_, ok := gs1.Book(text)
		assert.False(t, ok, text)
	}
}
