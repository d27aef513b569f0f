package dev.weft.api.cel;

/**
 * A word of an expression.
 *
 * @param text as it is written; for names in backticks what stands between them
 * @param at where it begins, in code points
 */
record Token(Sort sort, String text, int at) {
    enum Sort {
        IDENT,
        QUOTED_IDENT,
        INT,
        UINT,
        FLOAT,
        STRING,
        BYTES,
        MARK,
        END
    }

    boolean is(String mark) {
        return sort == Sort.MARK && text.equals(mark);
    }

    boolean isWord(String word) {
        return sort == Sort.IDENT && text.equals(word);
    }

    String shown() {
        String mark = sort == Sort.QUOTED_IDENT ? "`" : "";
        return sort == Sort.END
                ? "<EOF>"
                : (mark + text + mark)
                        .replace("\n", "\\n")
                        .replace("\t", "\\t")
                        .replace("\r", "\\r");
    }
}
