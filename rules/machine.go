package rules

import (
	"errors"
	"fmt"
	"sync"

	"github.com/expr-lang/expr/vm"
)

// machine is what running programs needs: expr's virtual machine and a copy of
// the facts for it. Programs are shared, machines are not; they are pooled.
type machine[F any] struct {
	vm    vm.VM
	frame frame
	facts F
}

func newMachine[F any](l Limits) *machine[F] {
	m := &machine[F]{vm: vm.VM{MemoryBudget: uint(l.Memory)}}
	m.frame.base = baseOf(&m.facts)
	return m
}

// run is one match under way. It takes a machine from the pool when the first
// program is asked, and then once for the whole match. The facts are passed
// beside it, not in it: what is in it escapes to the heap with the machine.
type run[F any] struct {
	pool    *sync.Pool
	machine *machine[F]
}

// end gives the machine back without the facts.
func (r *run[F]) end() {
	if r.machine == nil {
		return
	}
	var none F
	r.machine.facts = none
	clear(r.machine.vm.Stack[:cap(r.machine.vm.Stack)])
	r.pool.Put(r.machine)
	r.machine = nil
}

// ask answers a whole condition. See condition for what an unknown part does.
func (r *run[F]) ask(c *condition, facts *F) verdict {
	answer := yes
	for i := range c.predicates {
		switch v := c.predicates[i].eval(baseOf(facts)); v {
		case no:
			return no
		case unknown:
			answer = v
		case yes:
		}
	}
	for i := range c.trees {
		switch v := c.trees[i].eval(baseOf(facts)); v {
		case no:
			return no
		case unknown:
			answer = v
		case yes:
		}
	}
	for i := range c.programs {
		holds, err := r.evaluate(&c.programs[i], facts)
		switch {
		case err != nil:
			answer = unknown
		case !holds:
			return no
		}
	}
	return answer
}

// part answers one part of a condition, with the reason when it is unknown.
func (r *run[F]) part(c *condition, p *conjunct, facts *F) (verdict, error) {
	switch p.asked {
	case byPredicate:
		v := c.predicates[p.n].eval(baseOf(facts))
		if v == unknown {
			return v, c.predicates[p.n].cause(baseOf(facts))
		}
		return v, nil
	case byTree:
		v, failed := c.trees[p.n].ask(baseOf(facts))
		if v == unknown {
			return v, failed.cause(baseOf(facts))
		}
		return v, nil
	default:
	}
	holds, err := r.evaluate(&c.programs[p.n], facts)
	if err != nil {
		return unknown, err
	}
	return truth(holds), nil
}

// failure describes the first part, in the order written, that is unknown.
func (r *run[F]) failure(id string, c *condition, facts *F) *EvalError {
	for i := range c.parts {
		if v, err := r.part(c, &c.parts[i], facts); v == unknown {
			return &EvalError{Rule: id, Condition: c.parts[i].text, Err: err}
		}
	}
	return &EvalError{Rule: id, Err: errNotOrdered}
}

// errNoMachine means that the pool gave something else than a machine.
var errNoMachine = errors.New("no machine")

// evaluate runs a program. Nothing that happens inside reaches the caller as a
// panic.
func (r *run[F]) evaluate(p *program, facts *F) (result bool, err error) {
	defer func() {
		if x := recover(); x != nil {
			result, err = false, fmt.Errorf("panic: %v", x)
		}
	}()
	if r.machine == nil {
		m, ok := r.pool.Get().(*machine[F])
		if !ok {
			return false, errNoMachine
		}
		m.facts = *facts
		r.machine = m
	}
	v, err := r.machine.vm.Run(p.code, &r.machine.frame)
	if err != nil {
		return false, cause(err)
	}
	b, _ := v.(bool)
	return b, nil
}
