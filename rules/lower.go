package rules

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/expr-lang/expr/ast"
	exprbuiltin "github.com/expr-lang/expr/builtin"
	exprchecker "github.com/expr-lang/expr/checker"
	exprcompiler "github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// Parts of a condition that are more than one comparison run on expr's virtual
// machine. They are handed to it with every operator already chosen: a fact, an
// operator and a function are calls of ours, only the flow of && || ! ?: and ??
// is the machine's. So its own operators, which compare structs by
// representation and let ints wrap, never see a value.

// frame is the environment of a program: where its facts are.
type frame struct {
	base pointer
}

const (
	loadName  = "fact of"
	truthName = "truth of"
)

func machineConfig() *conf.Config {
	c := conf.New(&frame{})
	c.Functions[loadName] = &exprbuiltin.Function{
		Name:  loadName,
		Types: []reflect.Type{reflect.TypeFor[func(any, any) any]()},
		Func: func(args ...any) (any, error) {
			env, okFrame := args[0].(*frame)
			f, okField := args[1].(*field)
			if !okFrame || !okField {
				return nil, errNotOrdered
			}
			return f.value(env.base), nil
		},
	}
	c.Functions[truthName] = &exprbuiltin.Function{
		Name:  truthName,
		Types: []reflect.Type{reflect.TypeFor[func(any) bool]()},
		Func: func(args ...any) (any, error) {
			b, _ := args[0].(bool) // missing is not true
			return b, nil
		},
	}
	return c
}

// builtin presents an operation to expr.
func builtin(o *operation) *exprbuiltin.Function {
	return &exprbuiltin.Function{
		Name:  o.name,
		Types: []reflect.Type{reflect.TypeFor[func(...any) any]()},
		Func:  func(args ...any) (any, error) { return o.run(args...) },
	}
}

// lower compiles a term for the machine.
func (c *compiler) lower(t *term, text string) (*vm.Program, error) {
	tree := &parser.Tree{Node: c.truth(t), Source: file.NewSource(text)}
	if _, err := exprchecker.Check(tree, c.running); err != nil {
		return nil, fmt.Errorf("not accepted by the machine: %w", err)
	}
	code, err := exprcompiler.Compile(tree, c.running)
	if err != nil {
		return nil, fmt.Errorf("not accepted by the machine: %w", err)
	}
	// The program keeps its tree for debuggers, several kilobytes a rule.
	if call, ok := tree.Node.(*ast.CallNode); ok {
		*call = ast.CallNode{}
	}
	return code, nil
}

// truth lowers a term that the machine's control flow asks for a bool.
func (c *compiler) truth(t *term) ast.Node {
	return at(call(truthName, c.node(t)), t)
}

func (c *compiler) node(t *term) ast.Node {
	switch t.op {
	case opConst:
		return at(&ast.ConstantNode{Value: t.value}, t)
	case opField:
		return at(call(loadName, &ast.IdentifierNode{Value: "$env"}, &ast.ConstantNode{Value: t.field}), t)
	case opNot:
		return at(&ast.UnaryNode{Operator: "!", Node: c.truth(t.args[0])}, t)
	case opAnd:
		return at(&ast.BinaryNode{Operator: "&&", Left: c.truth(t.args[0]), Right: c.truth(t.args[1])}, t)
	case opOr:
		return at(&ast.BinaryNode{Operator: "||", Left: c.truth(t.args[0]), Right: c.truth(t.args[1])}, t)
	case opChoose:
		return at(&ast.ConditionalNode{Cond: c.truth(t.args[0]), Exp1: c.node(t.args[1]), Exp2: c.node(t.args[2])}, t)
	case opOtherwise:
		return at(&ast.BinaryNode{Operator: "??", Left: c.node(t.args[0]), Right: c.node(t.args[1])}, t)
	case opIsNil:
		return at(&ast.BinaryNode{Operator: "==", Left: c.node(t.args[0]), Right: &ast.NilNode{}}, t)
	default:
		name := t.apply.name
		if c.running.Functions[name] == nil {
			c.running.Functions[name] = builtin(t.apply)
		}
		args := make([]ast.Node, len(t.args))
		for i, a := range t.args {
			args[i] = c.node(a)
		}
		return at(call(name, args...), t)
	}
}

func call(name string, args ...ast.Node) *ast.CallNode {
	return &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: args}
}

// at gives a lowered node the place of its term, for errors while running.
func at(n ast.Node, t *term) ast.Node {
	n.SetLocation(t.at)
	return n
}

// cause takes the error of an operation out of the machine's wrapping.
func cause(err error) error {
	var located *file.Error
	if errors.As(err, &located) {
		if located.Prev != nil {
			return located.Prev
		}
		return errors.New(located.Message)
	}
	return err
}
