package ruledoc

import (
	"bytes"
	"html/template"
	"io"
)

// HTML writes the document as one page that needs nothing beside it: no scripts,
// no fonts, no pictures. The error is that of w.
func HTML(w io.Writer, d Document) error {
	t, err := template.New("book").Parse(pageTemplate)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, d); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// Style and page are one file for the reader's sake: what is printed in the end.
const pageTemplate = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>
body { font: 16px/1.5 Georgia, serif; max-width: 52em; margin: 2em auto; padding: 0 1em; color: #222; }
h1, h2, h3, th, dt { font-family: Helvetica, Arial, sans-serif; }
h2 { margin-top: 2em; border-bottom: 1px solid #999; }
code { font: 0.9em Consolas, Menlo, monospace; background: #f3f3f0; padding: 0 0.2em; overflow-wrap: anywhere; }
.note { white-space: pre-line; }
.rule { border: 1px solid #bbb; border-radius: 4px; margin: 1em 0; padding: 0 1em 0.7em; break-inside: avoid; }
dl { display: grid; grid-template-columns: 8em 1fr; gap: 0.2em 1em; }
dd { margin: 0; }
dd div { margin: 0; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #bbb; padding: 0.2em 0.6em; text-align: left; vertical-align: top; white-space: pre-line; }
tr { break-inside: avoid; }
.small { color: #666; font-size: 0.9em; }
@media print { body { font-size: 10pt; margin: 0; max-width: none; } nav { break-after: page; } a { color: inherit; text-decoration: none; } }
</style>
</head>
<body>
<h1>{{.Title}}</h1>
{{- with .Note}}
<p class="note">{{.}}</p>
{{- end}}
<p class="small">{{with .Date}}{{.}}, {{end}}{{.Rules}} rules, hash <code>{{.Hash}}</code></p>
<nav>
<h2>Contents</h2>
<ul>
{{- if .Changes}}
<li><a href="#changes">Changes</a></li>
{{- end}}
{{- range .Groups}}
<li><a href="#{{.Anchor}}">{{.Title}}</a></li>
{{- end}}
{{- if .Covered}}
<li><a href="#coverage">Coverage</a></li>
{{- end}}
{{- if .History}}
<li><a href="#history">History</a></li>
{{- end}}
<li><a href="#facts">Facts</a></li>
</ul>
</nav>
{{- with .Changes}}
<h2 id="changes">Changes</h2>
<p>Compared with the book of the hash <code>{{.Before}}</code>:</p>
<ul>
{{- if .Empty}}
<li>no rule changed</li>
{{- end}}
{{- with .Added}}
<li>added:{{range .}} <code>{{.}}</code>{{end}}</li>
{{- end}}
{{- with .Removed}}
<li>removed:{{range .}} <code>{{.}}</code>{{end}}</li>
{{- end}}
{{- with .Changed}}
<li>changed:{{range .}} <code>{{.}}</code>{{end}}</li>
{{- end}}
</ul>
{{- end}}
{{- range .Groups}}
<section>
<h2 id="{{.Anchor}}">{{.Title}}</h2>
{{- with .Note}}
<p class="note">{{.}}</p>
{{- end}}
{{- with .Policy}}
<p>{{.}}</p>
{{- end}}
{{- with .Table}}
<table>
<thead><tr><th>Rule</th>{{range .Heads}}<th>{{.}}</th>{{end}}</tr></thead>
<tbody>
{{- range .Rows}}
<tr><td><code>{{.Rule}}</code></td>{{range .Cells}}<td>{{.}}</td>{{end}}</tr>
{{- end}}
</tbody>
</table>
{{- end}}
{{- range .Cards}}
<div class="rule" id="{{.Anchor}}">
<h3>{{with .Name}}{{.}} {{end}}<code>{{.ID}}</code></h3>
{{- with .Note}}
<p class="note">{{.}}</p>
{{- end}}
<dl>
<dt>When</dt><dd>{{range .When}}<div>{{if .Always}}always{{else}}<code>{{.Text}}</code>{{end}}{{with .Seen}} <span class="small">({{.}})</span>{{end}}</div>{{end}}</dd>
<dt>Then</dt><dd>{{range .Effect}}<div>{{with .Name}}{{.}}: {{end}}{{.Value}}</div>{{end}}</dd>
<dt>Priority</dt><dd>{{.Priority}}</dd>
{{- with .Valid}}
<dt>Valid</dt><dd>{{.}}</dd>
{{- end}}
{{- with .Version}}
<dt>Version</dt><dd>{{.}}</dd>
{{- end}}
{{- if .Tags}}
<dt>Tags</dt><dd>{{range $i, $tag := .Tags}}{{if $i}}, {{end}}{{$tag}}{{end}}</dd>
{{- end}}
{{- if .Covered}}
<dt>In tests</dt><dd>matched {{.Hits}} {{if eq .Hits 1}}time{{else}}times{{end}}</dd>
{{- end}}
</dl>
</div>
{{- end}}
</section>
{{- end}}
{{- if .Covered}}
<h2 id="coverage">Coverage</h2>
<p>{{len .Untested}} of {{.Rules}} rules never matched in tests{{if .Untested}}:{{range .Untested}} <code>{{.}}</code>{{end}}{{end}}.</p>
{{- end}}
{{- if .History}}
<h2 id="history">History</h2>
<table>
<thead><tr><th>Version</th><th>Date</th><th>Who</th><th>What</th></tr></thead>
<tbody>
{{- range .History}}
<tr><td>{{.Version}}</td><td>{{.Date}}</td><td>{{.Who}}</td><td>{{.Text}}</td></tr>
{{- end}}
</tbody>
</table>
{{- end}}
<h2 id="facts">Facts</h2>
<table>
<thead><tr><th>Fact</th><th>Type</th><th>Read by</th></tr></thead>
<tbody>
{{- range .Facts}}
<tr><td><code>{{.Name}}</code></td><td>{{.Type}}{{if .Optional}}, can be missing{{end}}</td><td>{{range $i, $id := .Rules}}{{if $i}}, {{end}}<code>{{$id}}</code>{{end}}</td></tr>
{{- end}}
</tbody>
</table>
</body>
</html>
`
