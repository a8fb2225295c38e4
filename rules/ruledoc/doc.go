// Package ruledoc prints a rule book for the people who own it: what each rule
// says, when it holds, since when it is in force and what came before.
//
//	document, err := ruledoc.New(book, ruledoc.Config{
//		Title:  "Freight 2026",
//		Date:   today,
//		Groups: map[string]ruledoc.Group{"freight": {Title: "Freight charges"}},
//	})
//	err = ruledoc.HTML(file, document)     // one page, for a browser or the printer
//	err = ruledoc.Markdown(file, document) // for a repository or a wiki
//
// Titles, notes, hit policies and decision tables come from the book, unless the
// Config says otherwise. A Document is plain data; what neither form shows as a host would like it, the
// host prints itself. Nothing is read from a clock: the same book and Config make
// the same bytes.
//
// What a rule book says is text by its authors, and stays text: neither form
// lets it become markup.
package ruledoc
