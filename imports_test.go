package o2c_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/o2ckit/o2c/"

// Modules that library code may import, by package. Everything else that is
// not of the standard library needs a page in docs/decisions first.
const (
	decimalModule = "github.com/shopspring/decimal"
	exprModule    = "github.com/expr-lang/expr"
	yamlModule    = "github.com/goccy/go-yaml"
)

// allowed is the truth about which package imports which: a package imports
// nothing that is not listed here. The floors of the house, lowest first; an
// import goes to a lower floor only, and the engines never import each other.
var allowed = map[string][]string{
	// 0: the shared vocabulary; each downward only
	"internal/edisample": {},
	"internal/exact":     {decimalModule},
	"internal/gs1":       {},
	"internal/named":     {},
	"internal/stream":    {},
	"internal/table":     {},
	"internal/trade":     {"kernel/calendar", "kernel/finding", "kernel/party", "kernel/quantity", "order"},
	"internal/yamldoc":   {yamlModule},
	"kernel/finding":     {},
	"kernel/quantity":    {"internal/exact", decimalModule},
	"kernel/calendar":    {},
	"kernel/money":       {"internal/exact", "kernel/quantity", decimalModule},
	"kernel/terms":       {"kernel/calendar", "kernel/finding", "kernel/money"},
	"kernel/item":        {"internal/gs1", "kernel/calendar", "kernel/finding", "kernel/quantity"},
	"kernel/party":       {"internal/gs1", "kernel/calendar", "kernel/finding", "kernel/money"},

	// 1: the two mechanisms, and syntax
	"journal":             {},
	"journal/journaltest": {"journal"},
	"journal/sqljournal":  {"journal"},
	"rules": {"internal/exact", "internal/yamldoc", "kernel/calendar", "kernel/money", "kernel/quantity",
		decimalModule, exprModule, yamlModule},
	"rules/rulestest": {"kernel/money", "rules"},
	"rules/analysis":  {"rules", decimalModule},
	"rules/ruledoc":   {"kernel/money", "rules"},
	"edi/fault":       {"kernel/finding"},
	"edi/edifact":     {"edi/fault", "edi/schema", "internal/stream"},
	"edi/schema":      {"edi/fault", "internal/yamldoc"},
	"edi/ack":         {"edi/edifact", "edi/fault", "edi/x12", "kernel/finding"},
	"edi/x12":         {"edi/fault", "edi/schema", "internal/stream"},
	"pricing/tax":     {"internal/yamldoc", "kernel/calendar", "kernel/finding", "kernel/money", decimalModule},

	// 2: the engines and the order
	"pricing":        {"internal/exact", "internal/table", "internal/yamldoc", "kernel/calendar", "kernel/finding", "kernel/money", "kernel/quantity", "pricing/tax", "rules", decimalModule},
	"pricing/budget": {"journal", "kernel/calendar", "kernel/money"},
	"pricing/rebate": {"internal/exact", "internal/table", "journal", "kernel/calendar", "kernel/money", "kernel/quantity", decimalModule},
	"atp":            {"internal/named", "journal", "kernel/calendar", "kernel/money", "rules"},
	"atp/backorder":  {"atp", "internal/named", "kernel/calendar", "rules"},
	"atp/durable":    {"atp", "journal", "kernel/calendar"},
	"credit":         {"journal", "kernel/calendar", "kernel/finding", "kernel/money", "rules"},
	"order": {"journal", "kernel/calendar", "kernel/finding", "kernel/money", "kernel/party", "kernel/quantity",
		"kernel/terms"},
	"shipping": {"internal/gs1", "journal", "kernel/calendar", "kernel/finding", "kernel/party", "kernel/quantity"},

	"atp/sourcing":     {"atp", "internal/named", "kernel/calendar", "kernel/money", "rules"},
	"atp/substitution": {"atp", "internal/named", "kernel/calendar", "kernel/money", "rules"},

	"pricing/impact": {"internal/table", "kernel/calendar", "kernel/finding", "kernel/money", "kernel/quantity", "pricing"},

	"atp/advice":        {"atp", "internal/named", "journal", "kernel/calendar"},
	"atp/replenishment": {"atp", "internal/named", "journal", "kernel/calendar", "kernel/finding"},

	// 3: documents about orders
	"order/invoice": {"journal", "kernel/calendar", "kernel/money", "kernel/party", "kernel/quantity",
		"kernel/terms", "order"},
	"order/intake": {"journal", "kernel/finding", "order"},

	"internal/tell": {"kernel/money", "kernel/quantity", "order", "order/invoice", "shipping"},

	// 4: the process
	"order/desk": {"journal", "kernel/finding", "order"},

	// 5: translation between rooms
	"order/desk/steps": {"atp", "atp/backorder", "atp/sourcing", "atp/substitution", "credit", "journal", "kernel/calendar", "kernel/finding", "kernel/item", "kernel/money",
		"kernel/party", "kernel/quantity", "kernel/terms", "order", "order/desk", "order/invoice", "pricing", "pricing/budget", "pricing/rebate",
		"pricing/tax", "rules", "shipping"},
	"edi/mapping": {"atp", "atp/advice", "edi/edifact", "edi/fault", "edi/x12", "internal/gs1", "internal/tell", "internal/trade", "kernel/calendar", "kernel/finding", "kernel/money", "kernel/party",
		"kernel/quantity", "kernel/terms", "order", "order/invoice", "shipping", decimalModule},
	"edi/message": {"atp", "atp/advice", "edi/edifact", "edi/mapping", "edi/schema", "internal/gs1", "internal/tell", "internal/trade", "kernel/calendar", "kernel/finding", "kernel/money", "kernel/party",
		"kernel/quantity", "kernel/terms", "order", "order/invoice", "shipping", decimalModule},
	"edi/amend":     {"edi/mapping", "kernel/calendar", "kernel/quantity", "kernel/terms", "order", "order/desk", "order/desk/steps"},
	"edi/remit":     {"credit", "edi/mapping", "kernel/money", "order"},
	"edi/partner":   {"edi/ack", "edi/edifact", "edi/fault", "edi/mapping", "edi/message", "edi/schema", "edi/x12", "internal/yamldoc", "journal", "kernel/finding", "order"},
	"edi/gateway":   {"edi/ack", "edi/duplicate", "edi/edifact", "edi/errordesk", "edi/fault", "edi/mapping", "edi/message", "edi/partner", "edi/x12", "kernel/finding", "order/intake"},
	"edi/duplicate": {"edi/edifact", "edi/fault", "edi/partner", "edi/schema", "edi/x12", "journal"},
	"edi/errordesk": {"edi/edifact", "edi/x12", "kernel/finding", "order/intake"},
}

// TestImports reads the sources itself: a test that asked the go command would
// stay cached, and green, when a source file changes.
func TestImports(t *testing.T) {
	used := make(map[string]bool)
	needed := make(map[[2]string]bool) // package and what it imports
	for _, file := range sources(t) {
		pkg := filepath.ToSlash(filepath.Dir(file))
		if pkg == "." {
			continue
		}
		list, known := allowed[pkg]
		if !assert.True(t, known, "package %s is not in the allow-list: decide on which floor it stands", pkg) {
			continue
		}
		used[pkg] = true
		for _, path := range imports(t, file) {
			switch own, isOwn := strings.CutPrefix(path, module); {
			case isOwn:
				assert.Contains(t, list, own, "%s imports %s", file, own)
				needed[[2]string{pkg, own}] = true
			case strings.Contains(strings.Split(path, "/")[0], "."):
				assert.True(t, slices.ContainsFunc(list, func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") }),
					"%s imports %s", file, path)
			}
		}
	}
	for pkg, list := range allowed {
		for _, own := range list {
			if _, isPackage := allowed[own]; isPackage {
				assert.True(t, needed[[2]string{pkg, own}], "the allow-list lets %s import %s, which it does not", pkg, own)
			}
		}
		assert.True(t, used[pkg], "the allow-list names %s, which does not exist", pkg)
	}
}

// TestFloors checks the allow-list itself: no two packages may reach each other.
func TestFloors(t *testing.T) {
	var visit func(pkg string, path []string)
	visit = func(pkg string, path []string) {
		require.NotContains(t, path, pkg, "the allow-list goes round in a circle")
		for _, next := range allowed[pkg] {
			visit(next, append(path, pkg))
		}
	}
	for pkg := range allowed {
		visit(pkg, nil)
	}
	engines := []string{"pricing", "atp", "credit", "order", "shipping"}
	for _, e := range engines {
		for _, other := range engines {
			assert.NotContains(t, allowed[e], other, "engines never import each other")
		}
	}
}

// sources lists the library's own Go files: no tests, no nested modules.
func sources(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
				return filepath.SkipDir
			}
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil && path != "." {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			files = append(files, path)
		}
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	require.NoError(t, err)
	var paths []string
	for _, spec := range tree.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
		paths = append(paths, path)
	}
	return paths
}
