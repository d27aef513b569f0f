package dev.weft.api.cel;

import dev.weft.api.cel.Token.Sort;
import dev.weft.api.cel.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an expression. It ends at the first thing that is out of place, and it takes so many levels
 * and no more, so that no text can overrun the stack. Belongs to one thread and one text.
 */
final class Parser {
    static final int LENGTH_MAX = 100_000;
    private static final int DEPTH_MAX = 250;
    private static final String STARTS =
            "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT,"
                    + " STRING, BYTES, IDENTIFIER}";
    private static final Set<String> RELATIONS = Set.of("<", "<=", ">=", ">", "==", "!=");
    static final Set<String> RESERVED =
            Set.of(
                    "as",
                    "break",
                    "const",
                    "continue",
                    "else",
                    "for",
                    "function",
                    "if",
                    "import",
                    "let",
                    "loop",
                    "package",
                    "namespace",
                    "return",
                    "var",
                    "void",
                    "while");

    private final Problems problems;
    private final List<Token> tokens;
    private int next;
    private int depth;

    /** Ends the reading; what was wrong has been noted. */
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stop() {
            super("stop", null, false, false);
        }
    }

    private Parser(List<Token> tokens, Problems problems) {
        this.tokens = tokens;
        this.problems = problems;
    }

    /** The expression, null where there is none; then the problems say why. */
    static @Nullable Expr parse(int[] source, Problems problems) {
        if (source.length > LENGTH_MAX) {
            problems.add(
                    0,
                    "expression code point size exceeds limit: size: %d, limit %d"
                            .formatted(source.length, LENGTH_MAX));
            return null;
        }
        var parser = new Parser(new Lexer(source, problems).tokens(), problems);
        try {
            Expr expr = parser.expr();
            if (parser.token().sort() != Sort.END) {
                boolean last = parser.tokens.get(parser.next + 1).sort() == Sort.END;
                throw parser.unexpected(last ? "extraneous" : "mismatched", "<EOF>");
            }
            return problems.isEmpty() ? expr : null;
        } catch (Stop stop) {
            return null;
        }
    }

    private Token token() {
        return tokens.get(next);
    }

    private Token take() {
        Token token = tokens.get(next);
        if (token.sort() != Sort.END) {
            next++;
        }
        return token;
    }

    private boolean takes(String mark) {
        if (token().is(mark)) {
            next++;
            return true;
        }
        return false;
    }

    private void expect(String mark) {
        expect(mark, "'" + mark + "'");
    }

    private void expect(String mark, String expected) {
        if (takes(mark)) {
            return;
        }
        if (mark.equals(")")) {
            throw stop(token().at(), "Syntax error: missing ')' at '" + token().shown() + "'");
        }
        throw unexpected("mismatched", expected);
    }

    private Stop unexpected(String how, String expected) {
        return stop(
                token().at(),
                "Syntax error: %s input '%s' expecting %s"
                        .formatted(how, token().shown(), expected));
    }

    private Stop stop(int at, String message) {
        problems.add(at, message);
        return new Stop();
    }

    private void deeper(int by) {
        depth += by;
        if (depth > DEPTH_MAX) {
            throw stop(0, "expression recursion limit exceeded: " + DEPTH_MAX);
        }
    }

    private Expr expr() {
        deeper(1);
        Expr condition = logical("||", "_||_");
        if (token().is("?")) {
            int at = take().at();
            Expr yes = logical("||", "_||_");
            expect(":");
            Expr no = expr();
            condition = new Expr.Call(at, null, "_?_:_", List.of(condition, yes, no));
        }
        depth--;
        return condition;
    }

    /** A chain of one logical operator becomes a balanced tree, so that it may be long. */
    private Expr logical(String mark, String function) {
        var terms = new ArrayList<Expr>();
        var places = new ArrayList<Integer>();
        terms.add(operand(mark));
        while (token().is(mark)) {
            places.add(take().at());
            terms.add(operand(mark));
        }
        return balanced(function, terms, places, 0, terms.size() - 1);
    }

    private Expr operand(String mark) {
        return mark.equals("||") ? logical("&&", "_&&_") : relation();
    }

    private static Expr balanced(
            String function, List<Expr> terms, List<Integer> places, int from, int to) {
        if (from == to) {
            return terms.get(from);
        }
        int middle = (from + to) / 2;
        Expr left = balanced(function, terms, places, from, middle);
        Expr right = balanced(function, terms, places, middle + 1, to);
        return new Expr.Call(places.get(middle), null, function, List.of(left, right));
    }

    private Expr relation() {
        Expr left = sum();
        int links = 0;
        while (RELATIONS.contains(token().text()) && token().sort() == Sort.MARK
                || token().isWord("in")) {
            deeper(1);
            links++;
            Token mark = take();
            String function = mark.text().equals("in") ? "@in" : "_" + mark.text() + "_";
            left = new Expr.Call(mark.at(), null, function, List.of(left, sum()));
        }
        depth -= links;
        return left;
    }

    private Expr sum() {
        Expr left = product();
        int links = 0;
        while (token().is("+") || token().is("-")) {
            deeper(1);
            links++;
            Token mark = take();
            left = binary(mark, left, product());
        }
        depth -= links;
        return left;
    }

    private Expr product() {
        Expr left = unary();
        int links = 0;
        while (token().is("*") || token().is("/") || token().is("%")) {
            deeper(1);
            links++;
            Token mark = take();
            left = binary(mark, left, unary());
        }
        depth -= links;
        return left;
    }

    private static Expr binary(Token mark, Expr left, Expr right) {
        return new Expr.Call(mark.at(), null, "_" + mark.text() + "_", List.of(left, right));
    }

    private Expr unary() {
        Token first = token();
        if (first.is("!") || first.is("-") && !isNumber(tokens.get(next + 1))) {
            int count = 0;
            while (token().is(first.text())) {
                count++;
                next++;
            }
            Expr operand = member(primary());
            String function = first.is("!") ? "!_" : "-_";
            return count % 2 == 0
                    ? operand
                    : new Expr.Call(first.at(), null, function, List.of(operand));
        }
        return member(primary());
    }

    private static boolean isNumber(Token token) {
        return token.sort() == Sort.INT || token.sort() == Sort.FLOAT;
    }

    private Expr member(Expr first) {
        Expr left = first;
        int links = 0;
        while (token().is(".") || token().is("[")) {
            deeper(1);
            links++;
            Token mark = take();
            left = mark.is(".") ? selected(left, mark) : indexed(left, mark);
        }
        depth -= links;
        return left;
    }

    private Expr selected(Expr operand, Token dot) {
        boolean optional = takes("?");
        Token name = token();
        boolean quoted = name.sort() == Sort.QUOTED_IDENT;
        if (!quoted && (name.sort() != Sort.IDENT || isKeyword(name))) {
            throw stop(
                    name.at(),
                    "Syntax error: no viable alternative at input '."
                            + (name.sort() == Sort.END ? "" : name.shown())
                            + "'");
        }
        next++;
        if (optional) {
            var field = new Expr.Literal(name.at(), new Value.Text(name.text()));
            return new Expr.Call(dot.at(), null, "_?._", List.of(operand, field));
        }
        if (!token().is("(")) {
            return new Expr.Select(dot.at(), operand, name.text(), false);
        }
        int open = take().at();
        return call(open, operand, name.text(), arguments());
    }

    private Expr indexed(Expr operand, Token open) {
        String function = takes("?") ? "_[?_]" : "_[_]";
        Expr index = expr();
        expect("]");
        return new Expr.Call(open.at(), null, function, List.of(operand, index));
    }

    private List<Expr> arguments() {
        var arguments = new ArrayList<Expr>();
        if (!takes(")")) {
            do {
                arguments.add(expr());
            } while (takes(","));
            expect(")");
        }
        return arguments;
    }

    private Expr call(int at, @Nullable Expr target, String function, List<Expr> arguments) {
        var macros = new Macros(problems);
        return macros.expanded(new Expr.Call(at, target, function, arguments));
    }

    private Expr primary() {
        Token token = token();
        return switch (token.sort()) {
            case INT, UINT, FLOAT -> number(false);
            case STRING -> string();
            case BYTES -> bytes();
            case IDENT -> named(false);
            case QUOTED_IDENT -> throw unexpected("mismatched", STARTS);
            case END -> throw unexpected("mismatched", STARTS);
            case MARK -> marked(token);
        };
    }

    private Expr marked(Token token) {
        switch (token.text()) {
            case "(" -> {
                next++;
                Expr inner = expr();
                expect(")");
                return inner;
            }
            case "[" -> {
                next++;
                return list(token.at());
            }
            case "{" -> {
                next++;
                return map(token.at());
            }
            case "-" -> {
                next++;
                if (!isNumber(token())) {
                    throw unexpected("mismatched", "{NUM_FLOAT, NUM_INT}");
                }
                return number(true);
            }
            case "." -> {
                next++;
                if (token().sort() != Sort.IDENT || isKeyword(token())) {
                    throw unexpected("mismatched", "IDENTIFIER");
                }
                return named(true);
            }
            default -> {
                boolean goesOn = next + 1 < tokens.size() && starts(tokens.get(next + 1));
                throw unexpected(goesOn ? "extraneous" : "mismatched", STARTS);
            }
        }
    }

    private static boolean starts(Token token) {
        return switch (token.sort()) {
            case INT, UINT, FLOAT, STRING, BYTES, IDENT, QUOTED_IDENT -> !token.isWord("in");
            case END -> false;
            case MARK -> "[{(.-!".contains(token.text());
        };
    }

    private static boolean isKeyword(Token token) {
        return token.isWord("in")
                || token.isWord("true")
                || token.isWord("false")
                || token.isWord("null");
    }

    private Expr named(boolean absolute) {
        Token name = take();
        switch (name.text()) {
            case "true", "false" -> {
                return new Expr.Literal(name.at(), Value.of(name.text().equals("true")));
            }
            case "null" -> {
                return new Expr.Literal(name.at(), Value.NULL);
            }
            case "in" -> {
                next--;
                throw unexpected(
                        starts(tokens.get(next + 1)) ? "extraneous" : "mismatched", STARTS);
            }
            default -> {}
        }
        if (RESERVED.contains(name.text())) {
            throw stop(name.at(), "reserved identifier: " + name.text());
        }
        if (token().is("(")) {
            int open = take().at();
            return call(open, null, name.text(), arguments());
        }
        String text = (absolute ? "." : "") + name.text();
        return structOr(name, new Expr.Ident(name.at(), text));
    }

    /** {@code Name{…}} and {@code a.b.Name{…}}, which make objects of a type. */
    private Expr structOr(Token name, Expr plain) {
        int here = next;
        var type = new StringBuilder(name.text());
        while (tokens.get(here).is(".") && tokens.get(here + 1).sort() == Sort.IDENT) {
            type.append('.').append(tokens.get(here + 1).text());
            here += 2;
        }
        if (!tokens.get(here).is("{")) {
            return plain;
        }
        next = here + 1;
        int at = tokens.get(here).at();
        while (!takes("}")) {
            takes("?");
            if (token().sort() != Sort.IDENT) {
                throw unexpected("mismatched", "IDENTIFIER");
            }
            next++;
            expect(":");
            expr();
            if (!takes(",")) {
                expect("}");
                break;
            }
        }
        return new Expr.Struct(at, type.toString());
    }

    private Expr list(int at) {
        var items = new ArrayList<Expr>();
        var optional = new ArrayList<Boolean>();
        if (takes(",")) {
            expect("]");
            return new Expr.ListOf(at, items, optional);
        }
        while (!takes("]")) {
            optional.add(takes("?"));
            items.add(expr());
            if (!takes(",")) {
                expect("]", "{']', ','}");
                break;
            }
        }
        return new Expr.ListOf(at, items, optional);
    }

    private Expr map(int at) {
        var entries = new ArrayList<Expr.Entry>();
        while (!takes("}")) {
            boolean optional = takes("?");
            Expr key = expr();
            int colon = token().at();
            expect(":");
            entries.add(new Expr.Entry(colon, key, expr(), optional));
            if (!takes(",")) {
                expect("}", "{'}', ','}");
                break;
            }
        }
        return new Expr.MapOf(at, entries);
    }

    private Expr string() {
        Token token = take();
        String text = Literals.text(token.text());
        if (text == null) {
            throw stop(token.at(), "invalid unicode code point");
        }
        return new Expr.Literal(token.at(), new Value.Text(text));
    }

    private Expr bytes() {
        Token token = take();
        byte[] bytes = Literals.bytes(token.text());
        if (bytes == null) {
            throw stop(token.at(), "unable to unescape string");
        }
        return new Expr.Literal(token.at(), new Value.Bytes(bytes));
    }

    private Expr number(boolean negative) {
        Token token = take();
        int at = negative ? token.at() - 1 : token.at();
        Value value = Numerals.read(token.sort(), negative ? "-" + token.text() : token.text());
        if (value == null) {
            throw stop(at, "invalid " + Numerals.word(token.sort()) + " literal");
        }
        return new Expr.Literal(at, value);
    }
}
