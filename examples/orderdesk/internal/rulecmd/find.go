package rulecmd

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/rules"
)

// File is a file with what is in it.
type File struct {
	Path string
	Data []byte
}

// format is the ending of the file's name in lower case.
func (f File) format() string { return strings.ToLower(filepath.Ext(f.Path)) }

// Set is the files of one book.
type Set struct {
	// Name is that of the book, or else the name of its file without the ending.
	Name string
	Kind Kind
	// Files are those of the rules, and Scenarios those beside them, in order of
	// their names.
	Files, Scenarios []File
}

// Load reads the book. Mistakes in its files are a *rules.LoadError with all of
// them.
func (s Set) Load() (Book, error) { return s.Kind.load(s) }

// Paths lists the files of the rules.
func (s Set) Paths() []string {
	out := make([]string, len(s.Files))
	for i, f := range s.Files {
		out[i] = f.Path
	}
	return out
}

// maxFile bounds what is read into memory. It is the ceiling of
// rules.Limits.SourceBytes.
const maxFile = 64 << 20

// Find sorts files into books. A path is a file, or a folder for all *.yaml,
// *.yml, *.json and *.csv in it, not below it. Files of a folder whose headers name
// the same book make one. A file that names none belongs to the book of a file that is
// called like it but for the ending, or is a book by itself. The kind is that of the
// header, or the given one where no header says it.
//
// A path that is a file takes those beside it that are called like it but for the
// ending, unless their headers name another book: half of a book would fail the
// scenarios of the other half.
//
// Files named *.scenarios.* are scenarios: they belong to the book that they have
// the name of, or the name of a file of; in front of a path that is a file, those
// beside it are looked for.
//
// What is wrong with files are the faults, each with its place; the error is that
// of files that cannot be read, and of a path that has no books.
func Find(paths []string, kind string, kinds []Kind) ([]Set, []*rules.RuleError, error) {
	f := finder{kinds: kinds, kind: kind, taken: make(map[string]bool)}
	for _, path := range paths {
		if err := f.path(path); err != nil {
			return nil, nil, err
		}
	}
	return f.sets()
}

// ReadFiles reads files, such as scenarios.
func ReadFiles(paths []string) ([]File, error) {
	out := make([]File, len(paths))
	for i, path := range paths {
		file, err := readFile(path)
		if err != nil {
			return nil, err
		}
		out[i] = file
	}
	return out, nil
}

func readFile(path string) (File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return File{}, err
	case !info.Mode().IsRegular():
		return File{}, fmt.Errorf("%s is not a file", path)
	case info.Size() > maxFile:
		return File{}, fmt.Errorf("%s has %d bytes; the limit is %d", path, info.Size(), maxFile)
	}
	data, err := os.ReadFile(path)
	return File{path, data}, err
}

type finder struct {
	kinds []Kind
	kind  string // of books that do not say theirs
	taken map[string]bool
	files []File
	// scenarios are files beside the books, and whole says of which folders all
	// books were asked for, so that each scenario must belong to one.
	scenarios []string
	whole     map[string]bool
	faults    []*rules.RuleError
}

// path takes a file, or what is in a folder.
func (f *finder) path(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	dir := path
	if !info.IsDir() {
		dir = filepath.Dir(path)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	before := len(f.files)
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		switch {
		case !candidate(e) || f.taken[name]:
		case isScenarios(name):
			f.taken[name] = true
			f.scenarios = append(f.scenarios, name)
		case info.IsDir():
			if err := f.take(name); err != nil {
				return err
			}
		}
	}
	if info.IsDir() {
		if f.whole == nil {
			f.whole = make(map[string]bool)
		}
		f.whole[filepath.Clean(dir)] = true
		if len(f.files) == before && !f.had(dir) {
			return fmt.Errorf("%s has no rule books: no *.yaml, *.yml, *.json or *.csv but scenarios", path)
		}
		return nil
	}
	switch {
	case isScenarios(path):
		return fmt.Errorf("%s has scenarios; name the rule book that they are for", path)
	case info.Mode().IsRegular() && !bookEnding(path):
		return fmt.Errorf("%s is no rule book: the names of those end in .yaml, .yml, .json or .csv", path)
	}
	if err := f.take(filepath.Clean(path)); err != nil {
		return err
	}
	return f.beside(filepath.Clean(path), entries)
}

// beside takes the other files of the name that a file has, where they can be of
// its book.
func (f *finder) beside(path string, entries []fs.DirEntry) error {
	for _, e := range entries {
		name := filepath.Join(filepath.Dir(path), e.Name())
		if !candidate(e) || stem(name) != stem(path) || f.taken[name] {
			continue
		}
		other, err := readFile(name)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(f.files, func(one File) bool { return one.Path == path })
		here, _ := header(f.files[i]) // faults are those of the whole book, later
		there, _ := header(other)
		if here.Name == there.Name || here.Name == "" || there.Name == "" {
			f.taken[name] = true
			f.files = append(f.files, other)
		}
	}
	return nil
}

// had reports whether books of the folder were taken before it.
func (f *finder) had(dir string) bool {
	return slices.ContainsFunc(f.files, func(one File) bool { return filepath.Dir(one.Path) == filepath.Clean(dir) })
}

func (f *finder) take(path string) error {
	if f.taken[path] {
		return nil
	}
	f.taken[path] = true
	file, err := readFile(path)
	if err == nil {
		f.files = append(f.files, file)
	}
	return err
}

func candidate(e fs.DirEntry) bool {
	if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
		return false
	}
	return bookEnding(e.Name())
}

func bookEnding(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json", ".csv"}, strings.ToLower(filepath.Ext(name)))
}

// The middle of the name of a file of scenarios.
const scenarioMark = ".scenarios"

func isScenarios(path string) bool {
	return strings.HasSuffix(strings.ToLower(stem(path)), scenarioMark)
}

// stem is the name of a file without its ending.
func stem(path string) string {
	base := filepath.Base(path)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// sets makes books of the files taken.
func (f *finder) sets() ([]Set, []*rules.RuleError, error) {
	slices.SortFunc(f.files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	slices.Sort(f.scenarios)
	sets := f.drafts()
	orphans := f.assign(sets)
	var out []Set
	for _, d := range sets {
		kind, ok := f.kindOf(d)
		if d.broken || !ok {
			continue
		}
		one := Set{Name: d.name, Kind: kind, Files: d.list()}
		var err error
		if one.Scenarios, err = ReadFiles(d.scenarios); err != nil {
			return nil, nil, err
		}
		out = append(out, one)
	}
	for _, path := range orphans {
		f.faults = append(f.faults, &rules.RuleError{
			Source: path, Message: "the scenarios are of no book here",
			Expected: "name the file as the book or as a file of it, with " + scenarioMark + " before the ending",
		})
	}
	return out, f.faults, nil
}
