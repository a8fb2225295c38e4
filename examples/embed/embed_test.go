package embed_test

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// mostLines is how much code it may take to put a part of the library to work.
const mostLines = 25

func programs() []string { return []string{"price", "promise", "desk"} }

// TestFlowIsShort counts the lines of all functions in flow.go that hold code.
func TestFlowIsShort(t *testing.T) {
	for _, name := range programs() {
		t.Run(name, func(t *testing.T) {
			n := functionLines(t, filepath.Join(name, "flow.go"))
			t.Logf("%d lines", n)
			if n == 0 || n > mostLines {
				t.Errorf("the flow takes %d lines, which should be 1 to %d", n, mostLines)
			}
		})
	}
}

// TestHostKnowsNothing holds the host's own types apart from the library.
func TestHostKnowsNothing(t *testing.T) {
	for _, name := range programs() {
		tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(name, "host.go"), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range tree.Imports {
			if strings.Contains(spec.Path.Value, "o2c") {
				t.Errorf("%s/host.go imports %s", name, spec.Path.Value)
			}
		}
	}
}

// functionLines counts the lines within functions, their heads and closing
// braces too, on which there is code: not blank, not a comment alone.
func functionLines(t *testing.T, file string) int {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, file, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	code := codeLines(source)
	count := 0
	for _, d := range tree.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		for line := files.Position(f.Pos()).Line; line <= files.Position(f.End()).Line; line++ {
			if code[line] {
				count++
			}
		}
	}
	return count
}

// codeLines tells on which lines there is a token, or a part of one.
func codeLines(source []byte) map[int]bool {
	files := token.NewFileSet()
	file := files.AddFile("", files.Base(), len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, 0)
	lines := make(map[int]bool)
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return lines
		}
		if tok == token.SEMICOLON && text == "\n" {
			continue // put in by the scanner
		}
		first := file.Line(pos)
		for line := range strings.Count(text, "\n") + 1 {
			lines[first+line] = true
		}
	}
}
