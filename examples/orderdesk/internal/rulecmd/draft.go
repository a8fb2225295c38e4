package rulecmd

import (
	"cmp"
	"path/filepath"
	"slices"

	"github.com/o2ckit/o2c/rules"
)

// draft is a book before its kind is known.
type draft struct {
	name      string
	files     []headed
	scenarios []string
	broken    bool // a header cannot be read
}

// headed is a file with what it says of its book.
type headed struct {
	File
	header rules.BookHeader
}

func (d *draft) list() []File {
	out := make([]File, len(d.files))
	for i, file := range d.files {
		out[i] = file.File
	}
	return out
}

// has reports whether a file of the book has the name, in the folder.
func (d *draft) has(dir, name string) bool {
	return slices.ContainsFunc(d.files, func(file headed) bool { return filepath.Dir(file.Path) == dir && stem(file.Path) == name })
}

// owns reports whether scenarios are of the book, by their name.
func (d *draft) owns(scenarios string) bool {
	name := stem(scenarios)
	name = name[:len(name)-len(scenarioMark)]
	dir := filepath.Dir(scenarios)
	return d.has(dir, name) || name == d.name && filepath.Dir(d.files[0].Path) == dir
}

// drafts sorts the files into books: those that name one first, so that a file
// that does not can join the book of its name.
func (f *finder) drafts() []*draft {
	var sets []*draft
	named := make(map[[2]string]*draft) // by folder and name
	var nameless []headed
	for _, file := range f.files {
		h, faults := header(file)
		broken := len(faults) > 0 && f.kind == "" // else the load finds the same
		if broken {
			f.faults = append(f.faults, faults...)
		}
		one := headed{file, h}
		key := [2]string{filepath.Dir(file.Path), h.Name}
		switch d := named[key]; {
		case broken:
			sets = append(sets, &draft{name: stem(file.Path), files: []headed{one}, broken: true})
		case h.Name == "":
			nameless = append(nameless, one)
		case d == nil:
			named[key] = &draft{name: h.Name, files: []headed{one}}
			sets = append(sets, named[key])
		default:
			d.files = append(d.files, one)
		}
	}
	for _, file := range nameless {
		i := slices.IndexFunc(sets, func(d *draft) bool { return d.has(filepath.Dir(file.Path), stem(file.Path)) })
		if i < 0 {
			i = len(sets)
			sets = append(sets, &draft{name: stem(file.Path)})
		}
		sets[i].files = append(sets[i].files, file)
	}
	for _, d := range sets {
		slices.SortFunc(d.files, func(a, b headed) int { return cmp.Compare(a.Path, b.Path) })
	}
	slices.SortFunc(sets, func(a, b *draft) int { return cmp.Compare(a.files[0].Path, b.files[0].Path) })
	return sets
}

// assign gives scenarios to books and returns those of a whole folder that belong
// to none. A book of which the name cannot be read may be the one.
func (f *finder) assign(sets []*draft) (orphans []string) {
	unsure := slices.ContainsFunc(sets, func(d *draft) bool { return d.broken })
	for _, path := range f.scenarios {
		i := slices.IndexFunc(sets, func(d *draft) bool { return d.owns(path) })
		switch {
		case i >= 0:
			sets[i].scenarios = append(sets[i].scenarios, path)
		case f.whole[filepath.Dir(path)] && !unsure:
			orphans = append(orphans, path)
		}
	}
	return orphans
}
