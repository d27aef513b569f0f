package dev.weft.api.cel.function;

import dev.weft.api.cel.function.Library.Function;
import dev.weft.api.cel.value.Budget;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import dev.weft.api.cel.value.Values;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/** Arithmetic, comparison, size. */
final class Operators {
    private static final long SECONDS_MIN = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    private static final long SECONDS_MAX = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private static final Duration SPAN_MAX = Duration.ofNanos(Long.MAX_VALUE);

    private Operators() {}

    static void addTo(Map<String, Function> functions) {
        functions.put("!_", Operators::not);
        functions.put("-_", Operators::negative);
        functions.put("_==_", (args, budget) -> Value.of(equal(args, budget)));
        functions.put("_!=_", (args, budget) -> Value.of(!equal(args, budget)));
        functions.put("_<_", ordered(it -> it < 0));
        functions.put("_<=_", ordered(it -> it <= 0));
        functions.put("_>_", ordered(it -> it > 0));
        functions.put("_>=_", ordered(it -> it >= 0));
        functions.put("_+_", (args, budget) -> sum(args[0], args[1], budget));
        functions.put("_-_", (args, budget) -> difference(args[0], args[1]));
        functions.put("_*_", (args, budget) -> product(args[0], args[1]));
        functions.put("_/_", (args, budget) -> quotient(args[0], args[1]));
        functions.put("_%_", (args, budget) -> remainder(args[0], args[1]));
        functions.put("@in", (args, budget) -> Value.of(contains(args[0], args[1], budget)));
        functions.put("size", (args, budget) -> Value.of(size(args[0])));
        functions.put("type", (args, budget) -> new Value.Sort(args[0].type()));
        functions.put("dyn", (args, budget) -> args[0]);
    }

    private static Value not(Value[] args, Budget budget) {
        if (args[0] instanceof Value.Bool it) {
            return Value.of(!it.flag());
        }
        throw EvalException.noOverload();
    }

    private static Value negative(Value[] args, Budget budget) {
        return switch (args[0]) {
            case Value.Int it -> difference(Value.of(0), it);
            case Value.Real it -> new Value.Real(-it.number());
            default -> throw EvalException.noOverload();
        };
    }

    private static boolean equal(Value[] args, Budget budget) {
        return Values.equal(args[0], args[1], budget);
    }

    private static Function ordered(IntPredicate test) {
        return (args, budget) -> {
            if (args[0] instanceof Value.Text a && args[1] instanceof Value.Text b) {
                budget.read(Math.min(a.text().length(), b.text().length()));
            }
            OptionalInt order = Values.compare(args[0], args[1]);
            if (order.isEmpty()) {
                throw new EvalException("NaN values cannot be ordered");
            }
            return Value.of(test.test(order.getAsInt()));
        };
    }

    private static long size(Value value) {
        return switch (value) {
            case Value.Text it -> it.length();
            case Value.Bytes it -> it.bytes().length;
            case Value.Items it -> it.size();
            case Value.Entries it -> it.size();
            default -> throw EvalException.noOverload();
        };
    }

    private static boolean contains(Value item, Value range, Budget budget) {
        switch (range) {
            case Value.Items items -> {
                for (int i = 0; i < items.size(); i++) {
                    budget.spend(1);
                    if (Values.equal(items.item(i), item, budget)) {
                        return true;
                    }
                }
                return false;
            }
            case Value.Entries entries -> {
                return entries.find(item) != null;
            }
            default -> throw EvalException.noOverload();
        }
    }

    private static Value sum(Value a, Value b, Budget budget) {
        return switch (a) {
            case Value.Int x when b instanceof Value.Int y -> exact(x.number(), y.number(), '+');
            case Value.UInt x when b instanceof Value.UInt y -> {
                long sum = x.bits() + y.bits();
                yield unsigned(sum, Long.compareUnsigned(sum, x.bits()) >= 0);
            }
            case Value.Real x when b instanceof Value.Real y ->
                    new Value.Real(x.number() + y.number());
            case Value.Text x when b instanceof Value.Text y -> {
                budget.read(x.text().length() + y.text().length());
                yield new Value.Text(x.text() + y.text());
            }
            case Value.Bytes x when b instanceof Value.Bytes y -> {
                budget.read(x.bytes().length + y.bytes().length);
                var joined = new ByteArrayOutputStream();
                joined.writeBytes(x.bytes());
                joined.writeBytes(y.bytes());
                yield new Value.Bytes(joined.toByteArray());
            }
            case Value.Items x when b instanceof Value.Items y -> joined(x, y, budget);
            case Value.Moment x when b instanceof Value.Span y -> moment(x, y.duration());
            case Value.Span x when b instanceof Value.Moment y -> moment(y, x.duration());
            case Value.Span x when b instanceof Value.Span y ->
                    span(x.duration().plus(y.duration()));
            default -> throw EvalException.noOverload();
        };
    }

    private static Value joined(Value.Items a, Value.Items b, Budget budget) {
        budget.spend((long) a.size() + b.size());
        Value own = a.plus(b, budget);
        if (own != null) {
            return own;
        }
        var items = new ArrayList<Value>(a.size() + b.size());
        for (int i = 0; i < a.size(); i++) {
            items.add(a.item(i));
        }
        for (int i = 0; i < b.size(); i++) {
            items.add(b.item(i));
        }
        return new Value.Listed(items);
    }

    private static Value difference(Value a, Value b) {
        return switch (a) {
            case Value.Int x when b instanceof Value.Int y -> exact(x.number(), y.number(), '-');
            case Value.UInt x when b instanceof Value.UInt y ->
                    unsigned(x.bits() - y.bits(), Long.compareUnsigned(x.bits(), y.bits()) >= 0);
            case Value.Real x when b instanceof Value.Real y ->
                    new Value.Real(x.number() - y.number());
            case Value.Moment x when b instanceof Value.Moment y ->
                    span(Duration.between(y.instant(), x.instant()));
            case Value.Moment x when b instanceof Value.Span y -> moment(x, y.duration().negated());
            case Value.Span x when b instanceof Value.Span y ->
                    span(x.duration().minus(y.duration()));
            default -> throw EvalException.noOverload();
        };
    }

    private static Value product(Value a, Value b) {
        return switch (a) {
            case Value.Int x when b instanceof Value.Int y -> exact(x.number(), y.number(), '*');
            case Value.UInt x when b instanceof Value.UInt y ->
                    unsigned(
                            x.bits() * y.bits(),
                            Math.unsignedMultiplyHigh(x.bits(), y.bits()) == 0);
            case Value.Real x when b instanceof Value.Real y ->
                    new Value.Real(x.number() * y.number());
            default -> throw EvalException.noOverload();
        };
    }

    private static Value quotient(Value a, Value b) {
        return switch (a) {
            case Value.Int x when b instanceof Value.Int y -> {
                if (y.number() == 0) {
                    throw new EvalException("division by zero");
                }
                yield exact(x.number(), y.number(), '/');
            }
            case Value.UInt x when b instanceof Value.UInt y -> {
                if (y.bits() == 0) {
                    throw new EvalException("division by zero");
                }
                yield new Value.UInt(Long.divideUnsigned(x.bits(), y.bits()));
            }
            case Value.Real x when b instanceof Value.Real y ->
                    new Value.Real(x.number() / y.number());
            default -> throw EvalException.noOverload();
        };
    }

    private static Value remainder(Value a, Value b) {
        return switch (a) {
            case Value.Int x when b instanceof Value.Int y -> {
                if (y.number() == 0) {
                    throw new EvalException("modulus by zero");
                }
                if (x.number() == Long.MIN_VALUE && y.number() == -1) {
                    throw new EvalException("integer overflow");
                }
                yield Value.of(x.number() % y.number());
            }
            case Value.UInt x when b instanceof Value.UInt y -> {
                if (y.bits() == 0) {
                    throw new EvalException("modulus by zero");
                }
                yield new Value.UInt(Long.remainderUnsigned(x.bits(), y.bits()));
            }
            default -> throw EvalException.noOverload();
        };
    }

    private static Value exact(long a, long b, char operator) {
        try {
            return Value.of(
                    switch (operator) {
                        case '+' -> Math.addExact(a, b);
                        case '-' -> Math.subtractExact(a, b);
                        case '*' -> Math.multiplyExact(a, b);
                        default -> Math.divideExact(a, b);
                    });
        } catch (ArithmeticException e) {
            throw new EvalException("integer overflow");
        }
    }

    private static Value unsigned(long bits, boolean fits) {
        if (!fits) {
            throw new EvalException("unsigned integer overflow");
        }
        return new Value.UInt(bits);
    }

    static Value span(Duration duration) {
        if (duration.abs().compareTo(SPAN_MAX) > 0) {
            throw new EvalException("integer overflow");
        }
        return new Value.Span(duration);
    }

    private static Value moment(Value.Moment start, Duration by) {
        Instant moment = start.instant().plus(by);
        if (moment.getEpochSecond() < SECONDS_MIN || moment.getEpochSecond() > SECONDS_MAX) {
            throw new EvalException("timestamp overflow");
        }
        return new Value.Moment(moment);
    }
}
