# Sourced by ./weft and ./test: finds a JDK and Maven, and builds what is missing.
# In: root (the checkout), dist and jdk (what was built last, or empty).
# Out: dist and jdk as they now are.

jdk_least=25
jdk_seen=''

# The major version of the JDK in folder $1, read from its release file: no process is started.
read_major() {
    local line version=''
    major=0
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in JAVA_VERSION=*) version=${line#*=} ;; esac
    done <"$1/release"
    version=${version//\"/}
    major=${version%%[!0-9]*}
    [ -n "$major" ] || major=0
}

# Takes the JDK in folder $1 where it is new enough and has a compiler.
take_jdk() {
    read_major "$1" || return 1
    if [ "$major" -lt "$jdk_least" ]; then
        jdk_seen="$jdk_seen, $major in $1"
        return 1
    fi
    if [ ! -x "$1/bin/javac" ]; then
        jdk_seen="$jdk_seen, $major without a compiler in $1"
        return 1
    fi
    jdk=$1
}

# The first that will do: JAVA_HOME, the path, then the newest of the usual folder.
find_jdk() {
    local folder java best='' best_major=0
    jdk=''
    [ -n "${JAVA_HOME-}" ] && take_jdk "${JAVA_HOME%/}" && return 0
    if java=$(command -v java) && java=$(readlink -f -- "$java"); then
        take_jdk "${java%/bin/java}" && return 0
    fi
    for folder in "${WEFT_JDKS:-/usr/lib/jvm}"/*; do
        if take_jdk "$folder" && [ "$major" -gt "$best_major" ]; then
            best=$folder best_major=$major
        fi
    done
    jdk=$best
    [ -n "$jdk" ] && return 0
    say_error "Weft needs a JDK $jdk_least or newer${jdk_seen:+ (seen: ${jdk_seen#, })}:" \
        "install one (Debian: openjdk-$jdk_least-jdk; or Eclipse Temurin $jdk_least) or set JAVA_HOME to it."
    return 1
}

find_maven() {
    mvn=$(command -v mvn) && return 0
    local home
    for home in "${MAVEN_HOME-}" "${M2_HOME-}"; do
        mvn=$home/bin/mvn
        [ -n "$home" ] && [ -x "$mvn" ] && return 0
    done
    say_error "Weft is built with Maven, and there is no mvn on the path:" \
        "install Maven 3.9 or newer (Debian: maven) and run this again."
    return 1
}

say_error() { printf 'weft: %s\n' "$*" >&2; }

say() { [ "${quiet:-no}" = yes ] || printf '%s\n' "$*" >&2; }

# Whether any source is newer than what was built, or gone since (its folder is newer then).
sources_changed() {
    [ -r "$dist/stamp" ] || return 0
    [ -n "$(cd "$root" && find pom.xml ./*/pom.xml ./*/src/main packaging .mvn \
        -newer "$dist/stamp" -print -quit)" ]
}

# Builds when a source changed, nothing is built, or another JDK is to be used.
bring_up_to_date() {
    local built_with=$jdk word
    quiet=no
    for word in "$@"; do [ "$word" = --quiet ] && quiet=yes; done
    find_jdk || return 1
    if ! sources_changed && [ "$jdk" = "$built_with" ]; then return 0; fi
    mkdir -p "$root/.build" || return 1
    if command -v flock >/dev/null; then # two who build at once would tread on each other
        exec 9>"$root/.build/lock"
        flock 9
        { IFS= read -r dist; IFS= read -r built_with; } 2>/dev/null <"$root/.build/current"
        if ! sources_changed && [ "$jdk" = "$built_with" ]; then exec 9>&-; return 0; fi
    fi
    build
    local result=$?
    exec 9>&-
    return $result
}

build() {
    find_maven || return 1
    local log=$root/.build/build.log next
    next=$root/.build/$(date +%Y%m%d-%H%M%S)-$$
    mkdir -p "$next" && : >"$next/stamp" || return 1 # what changes from now on is built next time
    if ! run_maven "$log"; then
        rm -rf "$next"
        say_error "the build failed; its last errors:"
        grep -E '^\[ERROR\]' "$log" | head -15 >&2
        say_error "the whole of it: $log"
        return 1
    fi
    cp -R "$root/app/target/weft/lib" "$next/lib" && cp "$root"/app/target/app-*.jar "$next/lib/" || return 1
    unpack_libraries "$next"
    slim_manifests "$next" >>"$log" 2>&1 || { say_error "the jars cannot be slimmed: $log"; return 1; }
    write_arguments "$next"
    make_caches "$next"
    printf '%s\n%s\n' "$next" "$jdk" >"$root/.build/current.new"
    mv "$root/.build/current.new" "$root/.build/current"
    remove_older "$next" "$dist"
    dist=$next
}

# Compiles and packs everything, saying how far it is. Tests and formatting are ./test's matter.
run_maven() {
    local log=$1 line part='' state='fetching libraries' done=0 total fetched=0 began=$SECONDS module status
    total=$(cd "$root" && find ./*/src/main -name '*.java' | wc -l)
    total=$((total))
    : >"$log"
    rm -rf "$root/app/target/weft" # what is no longer needed must not be shipped
    exec 8< <(
        cd "$root" || exit 1
        JAVA_HOME=$jdk "$mvn" -B -T2 package -DskipTests -Dmaven.test.skip=true -Dspotless.check.skip=true 2>&1 9>&-
        printf 'weft-build-status %s\n' $?
    )
    status=1
    while :; do
        if IFS= read -r -t 0.5 -u 8 line; then
            line=$part$line part=''
        elif [ $? -gt 128 ]; then
            part=$part$line
            progress "$state" "$done" "$total" "$fetched" $((SECONDS - began))
            continue
        else
            break
        fi
        printf '%s\n' "$line" >>"$log"
        case $line in
            *'weft-build-status '*) status=${line##* } ;;
            *'Downloaded from '*) fetched=$((fetched + 1)) ;;
            *'Compiling '*) state=compiling ;;
            *'Building jar: '*-tests.jar) ;; # beside the module's own, which is counted
            *'Building jar: '*)
                module=${line#*Building jar: } module=${module%/target/*} module=${module##*/}
                done=$((done + $(cd "$root" && find "$module/src/main" -name '*.java' | wc -l)))
                step "$module" "$done" "$total" $((SECONDS - began))
                ;;
        esac
    done
    exec 8<&-
    end_progress "$status" "$total" $((SECONDS - began))
    return "$status"
}

on_terminal() { [ -t 2 ] && [ "${TERM:-dumb}" != dumb ] && [ "$quiet" = no ]; }

# On a terminal: one line that is drawn anew.
progress() {
    on_terminal || return 0
    local width=20 filled bar='' i what
    filled=$(($2 * width / ($3 > 0 ? $3 : 1)))
    for ((i = 0; i < width; i++)); do
        if [ "$i" -lt "$filled" ]; then bar=$bar'█'; else bar=$bar'░'; fi
    done
    what="$2 of $3 files, $5 s"
    [ "$1" = 'fetching libraries' ] && what="$what, fetching libraries ($4)"
    printf '\r  building            %s  %s\033[K' "$bar" "$what" >&2
}

# On no terminal: a plain line for each part.
step() { on_terminal || say "  building  $1 done, $2 of $3 files, $4 s"; }

end_progress() {
    if on_terminal; then
        if [ "$1" = 0 ]; then progress '' "$2" "$2" 0 "$3"; fi
        printf '\n' >&2
    elif [ "$1" = 0 ]; then
        say "  built     $2 files, $3 s"
    fi
}

# The native libraries of this machine's kind beside the jars, so that no start unpacks them.
unpack_libraries() {
    local kind=${HOSTTYPE-} jar
    mkdir -p "$1/native"
    (
        cd "$1/native" || exit
        for jar in ../lib/netty-t*-linux-"${kind/aarch64/aarch_64}".jar ../lib/sqlite-jdbc-*.jar; do
            "$jdk/bin/jar" xf "$jar" META-INF/native "org/sqlite/native/Linux/$kind"
        done
        find . -name '*.so' -exec mv {} . \;
        rm -rf META-INF org
    ) 2>/dev/null
    [ -e "$1/native/libsqlitejdbc.so" ] # else each library is unpacked where it is first used
}

# Leaves in the manifests what the JVM goes by, since it reads them all at every start.
slim_manifests() {
    "$jdk/bin/java" -XX:TieredStopAtLevel=1 "$root/packaging/Slim.java" "$1"/lib/*.jar
}

# The JVM's arguments, as files that java reads itself: flags, class path, main class.
write_arguments() {
    local jar all='' client='' version properties=''
    for jar in "$1"/lib/*.jar; do
        all=$all:$jar
        case ${jar##*/} in app-*) version=${jar##*/app-} properties=-Dweft.version=${version%.jar} ;; esac
        case ${jar##*/} in
            app-* | foundation-* | api-* | dataplane-* | machine-* | jackson-core-* | snakeyaml-engine-*) client=$client:$jar ;;
        esac
    done
    arguments cli "${client#:}" "$properties" dev.weft.app.Main >"$1/cli.args"
    arguments light "${client#:}" "$properties" dev.weft.app.Main >"$1/light.args"
    [ -e "$1/native/libsqlitejdbc.so" ] &&
        properties="$properties -Djava.library.path=\"$1/native\" -Dorg.sqlite.lib.path=\"$1/native\""
    arguments server "${all#:}" "$properties" dev.weft.app.Main >"$1/server.args"
}

# $1 names the flags, $2 is the class path, what follows is the end of the line.
arguments() {
    cat "$root/packaging/$1.flags"
    printf -- '-cp\n"%s"\n' "$2"
    shift 2
    printf '%s\n' "$@"
}

# Runs the platform and the commands once, for the JVM to write down what they load (JDK 25's
# ahead-of-time cache: it halves the start). Without it everything works, only slower to start.
# What is written down is a second start, which finds what the first one left, but for one key.
make_caches() {
    local dist=$1 data log=$root/.build/cache.log began=$SECONDS server
    data=$(mktemp -d) || return 0
    on_terminal && printf '  start-up cache      …' >&2
    start_on() {
        "$jdk/bin/java" "$@" "@$dist/server.args" \
            up --data "$data" --api 127.0.0.1:0 --edge 127.0.0.1:0 --outbound 127.0.0.1:0 \
            --console 127.0.0.1:0 >>"$log" 2>&1 9>&- &
        server=$!
    }
    : >"$log"
    start_on
    until grep -q 'ready in' "$log" || ! kill -0 "$server" 2>/dev/null; do sleep 0.05; done
    kill -TERM "$server" 2>/dev/null
    wait "$server"
    rm -f "$data/pki/api.key"
    start_on "-XX:AOTCacheOutput=$dist/server.aot"
    "$jdk/bin/java" "-XX:AOTCacheOutput=$dist/cli.aot" "@$dist/cli.args" \
        rehearse --data "$data" >>"$log" 2>&1 9>&-
    "$jdk/bin/java" "-XX:AOTCacheOutput=$dist/light.aot" "@$dist/light.args" version >>"$log" 2>&1 9>&-
    kill -TERM "$server" 2>/dev/null
    wait "$server"
    rm -rf "$data"
    local name
    for name in server cli light; do
        if [ -s "$dist/$name.aot" ]; then
            { printf -- '-XX:AOTCache=%s\n-Xlog:disable\n' "$dist/$name.aot"; cat "$dist/$name.args"; } >"$dist/$name.new"
            mv "$dist/$name.new" "$dist/$name.args"
        else
            say "  no start-up cache for $name (see $log); it starts more slowly without"
        fi
    done
    on_terminal && printf '\r\033[K' >&2
    say "  start-up cache      made in $((SECONDS - began)) s"
}

# Keeps what was just built and what was built before, which may still be running.
remove_older() {
    local folder
    for folder in "$root"/.build/*/; do
        folder=${folder%/}
        case $folder in "$1" | "$2") ;; *) [ -e "$folder/stamp" ] && rm -rf "$folder" ;; esac
    done
}
