// Package picture writes what the order desk draws as SVG and PNG, with one look: the
// same bytes for the same drawing.
package picture

import (
	"bytes"
	"encoding/xml"
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
)

const pngDPI = 144

// Drawing is something to be drawn.
type Drawing struct {
	Width, Height vg.Length
	// Words say what is drawn, for those who hear a picture.
	Words string
	// Draw draws on a canvas of the size, on a ground that reaches to its edges.
	Draw func(draw.Canvas)
}

// SVG writes the drawing as SVG.
func (d Drawing) SVG() ([]byte, error) {
	canvas := vgsvg.New(d.Width, d.Height)
	d.paint(canvas)
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		return nil, err
	}
	var words bytes.Buffer
	if err := xml.EscapeText(&words, []byte(d.Words)); err != nil {
		return nil, err
	}
	// The font's measures are those of Arial and Helvetica, one of which is
	// nearly everywhere.
	svg := strings.ReplaceAll(out.String(), "font-family:Liberation Sans;", "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;")
	head, body, _ := strings.Cut(svg, "xlink\">")
	return []byte(head + "xlink\"\n\trole=\"img\">\n<title>" + words.String() + "</title>" + body), nil
}

// PNG writes the drawing as PNG, at twice the size of a screen's points.
func (d Drawing) PNG() ([]byte, error) {
	canvas := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(d.Width, d.Height), vgimg.UseDPI(pngDPI))}
	d.paint(canvas)
	var out bytes.Buffer
	_, err := canvas.WriteTo(&out)
	return out.Bytes(), err
}

func (d Drawing) paint(canvas vg.CanvasSizer) {
	whole := draw.NewCanvas(canvas, d.Width, d.Height)
	whole.FillPolygon(Ground(), []vg.Point{{}, {X: d.Width}, {X: d.Width, Y: d.Height}, {Y: d.Height}})
	d.Draw(whole)
}

// The colours say what signs and places say too. They are told apart by those who see red
// and green alike, and stand on a ground of their own, so that a picture can lie on a dark
// page.

// Ground is the colour under everything.
func Ground() color.Color { return color.RGBA{0xff, 0xff, 0xff, 0xff} }

// Ink is the colour of texts.
func Ink() color.Color { return color.RGBA{0x24, 0x29, 0x2f, 0xff} }

// Faint is the colour of a grid.
func Faint() color.Color { return color.RGBA{0xe1, 0xe4, 0xe8, 0xff} }

// Joint is the colour of lines that join or bound.
func Joint() color.Color { return color.RGBA{0x8c, 0x95, 0x9f, 0xff} }

// Level is the colour of what has been come to: a sum, a stock.
func Level() color.Color { return color.RGBA{0x3a, 0x6e, 0xa5, 0xff} }

// More is the colour of what is added.
func More() color.Color { return color.RGBA{0x1b, 0x8a, 0x6b, 0xff} }

// Less is the colour of what is taken away.
func Less() color.Color { return color.RGBA{0xd9, 0x5f, 0x02, 0xff} }

// Style is that of a text of a size, centred.
func Style(size vg.Length) text.Style {
	return text.Style{
		Color: Ink(), Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}, XAlign: draw.XCenter,
		Handler: text.Plain{Fonts: font.DefaultCache},
	}
}

// Ticks chooses the lines of a grid: a step of 1, 2 or 5 with noughts, so that there are
// three to six of them.
func Ticks(low, high float64) []plot.Tick {
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
