package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// exprVersion is the version of the expression language that conditions were
// checked with. It is part of a book's hash; a test holds it against go.mod.
const exprVersion = "1.17.8"

// languageVersion counts changes in the meaning that this package gives to
// conditions. It is part of a book's hash.
const languageVersion = 2

// digest is the hash of one rule.
type digest [sha256.Size]byte

// digestOf hashes everything that a rule says. Instants are taken in UTC.
func digestOf[E any](r *Rule[E]) (digest, error) {
	then, err := json.Marshal(&r.Then)
	if err != nil {
		return digest{}, err
	}
	types := typesOf(r)
	text, err := json.Marshal(struct {
		ID, Name, Group, When string
		Then                  json.RawMessage
		Priority              int
		From, To              string
		Tags                  []string
		Version, Note         string
	}{r.ID, r.Name, r.Group, r.When, then, r.Priority, instant(r.From), instant(r.To), r.Tags, r.Version, r.Note})
	if err != nil {
		return digest{}, err
	}
	return sha256.Sum256(append(text, types...)), nil
}

// typesOf writes down what the JSON form of an effect does not say: the types
// that interfaces hold. Empty for effects without interfaces.
func typesOf[E any](r *Rule[E]) []byte {
	if !holdsInterface(reflect.TypeFor[E](), map[reflect.Type]bool{}) {
		return nil
	}
	return namedTypes(reflect.ValueOf(&r.Then).Elem(), nil)
}

// digestOfEffect hashes the JSON form of a rule's effect.
func digestOfEffect[E any](r *Rule[E]) (digest, error) {
	then, err := json.Marshal(&r.Then)
	if err != nil {
		return digest{}, err // also what leads back to itself, which has no end
	}
	return sha256.Sum256(append(then, typesOf(r)...)), nil
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// hashBook hashes the schema, the language, the rules in order of their ids and
// the groups declared.
func hashBook[E any](s *schema, rules []*compiled[E], groups []byte) string {
	byID := slices.SortedFunc(slices.Values(rules), func(a, b *compiled[E]) int {
		return strings.Compare(a.rule.ID, b.rule.ID)
	})
	text := fmt.Appendf(nil, "expr %s language %d\n%s", exprVersion, languageVersion, s.signature)
	for _, r := range byID {
		text = append(text, r.digest[:]...)
	}
	text = append(text, groups...)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
