package pricecmd

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/o2ckit/o2c/kernel/money"
)

// Picture is a waterfall to be drawn.
type Picture struct {
	Title    string
	Currency money.Currency
	Bars     []Bar
}

// The measures of a picture.
const (
	barRoom   = 80 * vg.Length(1) // for each bar
	edgeRoom  = 80 * vg.Length(1) // for the axis and the margins
	leastWide = 360 * vg.Length(1)
	high      = 320 * vg.Length(1)
	halfBar   = 0.34 // of the room of a bar
	labelWide = 14   // characters, before a label is broken
	pngDPI    = 144
)

// SVG draws the picture as SVG: the same bytes for the same picture.
func (p Picture) SVG() ([]byte, error) {
	w, h := p.size()
	canvas := vgsvg.New(w, h)
	if err := p.draw(canvas, w, h); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		return nil, err
	}
	var title bytes.Buffer
	if err := xml.EscapeText(&title, []byte(p.describe())); err != nil {
		return nil, err
	}
	// The font's measures are those of Arial and Helvetica, one of which is
	// nearly everywhere; the title is for those who hear the picture.
	svg := strings.ReplaceAll(out.String(), "font-family:Liberation Sans;", "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;")
	head, body, _ := strings.Cut(svg, "xlink\">")
	return []byte(head + "xlink\"\n\trole=\"img\">\n<title>" + title.String() + "</title>" + body), nil
}

// PNG draws the picture as PNG, at twice the size of a screen's points.
func (p Picture) PNG() ([]byte, error) {
	w, h := p.size()
	canvas := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(w, h), vgimg.UseDPI(pngDPI))}
	if err := p.draw(canvas, w, h); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	_, err := canvas.WriteTo(&out)
	return out.Bytes(), err
}

// describe says in words what is drawn.
func (p Picture) describe() string {
	parts := make([]string, 0, len(p.Bars))
	for _, b := range p.Bars {
		parts = append(parts, b.Label+" "+b.text())
	}
	return fmt.Sprintf("%s, in %s: %s", p.Title, p.Currency, strings.Join(parts, ", "))
}

func (p Picture) size() (w, h vg.Length) {
	return max(leastWide, edgeRoom+vg.Length(len(p.Bars))*barRoom), high
}

// The colours say what the signs of the amounts say too. They are told apart by those
// who see red and green alike, and stand on a ground of their own, so that the
// picture can lie on a dark page.
func ground() color.Color { return color.RGBA{0xff, 0xff, 0xff, 0xff} }
func ink() color.Color    { return color.RGBA{0x24, 0x29, 0x2f, 0xff} }
func faint() color.Color  { return color.RGBA{0xe1, 0xe4, 0xe8, 0xff} }
func joint() color.Color  { return color.RGBA{0x8c, 0x95, 0x9f, 0xff} }

func (b *Bar) color() color.Color {
	switch {
	case b.Sum:
		return color.RGBA{0x3a, 0x6e, 0xa5, 0xff} // blue
	case b.Amount.Sign() < 0:
		return color.RGBA{0xd9, 0x5f, 0x02, 0xff} // orange
	default:
		return color.RGBA{0x1b, 0x8a, 0x6b, 0xff} // green
	}
}

// text is the bar's amount, with a sign where it is a step.
func (b *Bar) text() string {
	if !b.Sum && b.Amount.Sign() > 0 {
		return "+" + b.Amount.Number()
	}
	return strings.Replace(b.Amount.Number(), "-", "−", 1)
}

// draw draws the picture on a canvas of the size.
func (p Picture) draw(canvas vg.CanvasSizer, w, h vg.Length) error {
	if len(p.Bars) == 0 {
		return fmt.Errorf("%s: there is nothing to draw", p.Title)
	}
	chart := plot.New()
	chart.BackgroundColor = nil // the ground reaches to the edges
	chart.Title.Text = fmt.Sprintf("%s (%s)", p.Title, p.Currency)
	chart.Title.Padding = 14
	chart.Title.TextStyle = style(13)
	chart.Title.TextStyle.YAlign = draw.YTop
	chart.Y.Tick.Marker = plot.TickerFunc(ticks)
	chart.Y.Tick.Label = style(9)
	chart.Y.Tick.Label.XAlign, chart.Y.Tick.Label.YAlign = draw.XRight, draw.YCenter
	chart.Y.Width, chart.Y.Tick.Width, chart.Y.Tick.Length = 0, 0, 2
	chart.Y.Padding = 4
	chart.X.Color = joint()
	chart.X.Tick.Label = style(10)
	chart.X.Tick.Label.YAlign = draw.YTop
	chart.X.Padding = 0
	labels := make([]string, len(p.Bars))
	for i := range p.Bars {
		labels[i] = broken(p.Bars[i].Label)
	}
	chart.NominalX(labels...)
	chart.X.Tick.Length = 4 // room above the labels
	chart.X.Tick.LineStyle = draw.LineStyle{Color: ground(), Width: 0.5}
	chart.Add(waterfall(p.Bars))
	whole := draw.NewCanvas(canvas, w, h)
	whole.FillPolygon(ground(), []vg.Point{{}, {X: w}, {X: w, Y: h}, {Y: h}})
	chart.Draw(draw.Crop(whole, 12, -14, 12, -12))
	return nil
}

// ticks chooses the lines of the grid: a step of 1, 2 or 5 with noughts, so that there
// are three to six of them.
func ticks(low, high float64) []plot.Tick {
	step := math.Pow(10, math.Floor(math.Log10((high-low)/2)))
	for _, more := range []float64{2, 2.5, 2} { // 1, 2, 5, 10
		if (high-low)/step <= 6 {
			break
		}
		step *= more
	}
	digits := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	var out []plot.Tick
	for n := math.Ceil(low / step); n*step <= high; n++ {
		out = append(out, plot.Tick{Value: n * step, Label: strconv.FormatFloat(n*step, 'f', digits, 64)})
	}
	return out
}

func style(size vg.Length) text.Style {
	return text.Style{
		Color: ink(), Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}, XAlign: draw.XCenter,
		Handler: text.Plain{Fonts: font.DefaultCache},
	}
}

// broken breaks a label between words into lines that fit under a bar.
func broken(label string) string {
	var lines []string
	for word := range strings.FieldsSeq(label) {
		if n := len(lines); n > 0 && len([]rune(lines[n-1]))+1+len([]rune(word)) <= labelWide {
			lines[n-1] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return strings.Join(lines, "\n")
}

// waterfall draws the bars.
type waterfall []Bar

// place is where an amount stands in the picture; no amount is worked out from it.
func place(a money.Amount) float64 {
	f, _ := strconv.ParseFloat(a.Number(), 64) // it is a number
	return f
}

// DataRange makes room for all bars, the ground, and the amounts above the bars.
func (w waterfall) DataRange() (xmin, xmax, ymin, ymax float64) {
	for i := range w {
		ymin = min(ymin, place(w[i].From), place(w[i].To))
		ymax = max(ymax, place(w[i].From), place(w[i].To))
	}
	if ymin == ymax {
		ymax = 1
	}
	return -0.5, float64(len(w)) - 0.5, ymin, ymax + 0.08*(ymax-ymin)
}

// Plot draws the grid, the bars, the lines that join them, and the amounts.
func (w waterfall) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, tick := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if tick.Label != "" {
			c.StrokeLine2(draw.LineStyle{Color: faint(), Width: 0.75}, c.Min.X, y(tick.Value), c.Max.X, y(tick.Value))
		}
	}
	for i := range w {
		b := &w[i]
		left, right := x(float64(i)-halfBar), x(float64(i)+halfBar)
		low, top := y(min(place(b.From), place(b.To))), y(max(place(b.From), place(b.To)))
		if top-low < 1 { // an amount of nearly nothing is a line
			low, top = (low+top)/2-0.5, (low+top)/2+0.5
		}
		c.FillPolygon(b.color(), []vg.Point{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: top}, {X: left, Y: top}})
		if i+1 < len(w) {
			level := y(place(b.To))
			c.StrokeLine2(draw.LineStyle{Color: joint(), Width: 0.75, Dashes: []vg.Length{2, 2}}, right, level, x(float64(i+1)-halfBar), level)
		}
		label := style(10)
		label.YAlign = draw.YBottom
		c.FillText(label, vg.Point{X: (left + right) / 2, Y: top + 3}, b.text())
	}
	c.StrokeLine2(draw.LineStyle{Color: joint(), Width: 1}, c.Min.X, y(0), c.Max.X, y(0))
}
