# prove, with a harness that tells the judge outside what each test file said: events.schema.json has the format.
#
#   perl aurora_prove_events.pl [--env NAME=VALUE]... [--only FILE]... ARGUMENTS OF prove
#
# Standard library only. A test file is a process of its own that speaks TAP, so what it runs shares neither this
# process nor the pipe. Two kinds of tests are told: the file (`t/a.t`), which is green when it ran as planned to its
# end, and each test of its top level (`t/a.t > name`). Environment, read once and removed:
#   AURORA_EVENTS_FD, AURORA_KEY_FD, AURORA_REPOSITORY, AURORA_TEST_FILES: as in aurora_events.py
use strict;
use warnings;

package Aurora::Events;

use Cwd ();
use Digest::SHA qw(hmac_sha256_hex sha256);
use Encode ();
use Fcntl qw(F_GETFD F_SETFD FD_CLOEXEC);
use File::Spec ();
use JSON::PP ();

use constant {MESSAGE_BYTES => 4096, OUTPUT_BYTES => 2048, LINE_CHARS => 400};

our %given = map { $_ => $ENV{$_} } grep {/^AURORA_/} keys %ENV;
delete @ENV{keys %given};    # not within the map: a deleted value that is used stays in what children get
our $BASE = Cwd::realpath($given{AURORA_REPOSITORY} // '.');
my @TEST_FILES = map {
    my $pattern = $_;
    eval {qr/\A(?:$pattern)\z/s} // ()
} @{JSON::PP::decode_json($given{AURORA_TEST_FILES} // '[]')};
my $json  = JSON::PP->new->ascii->canonical;
my $owner = $$;
my ($seq, $pipe, $key) = (0, undef, '');

# The two descriptors, closed to every process that is started from here.
sub take {
    my ($name, $mode) = @_;
    my $fd = $given{$name} // '';
    return if $fd !~ /\A\d+\z/ || !open(my $handle, "$mode&=", $fd);
    fcntl($handle, F_SETFD, fcntl($handle, F_GETFD, 0) | FD_CLOEXEC) or die "descriptor $fd: $!";
    return $handle;
}

sub listen_to_judge {
    $pipe = take('AURORA_EVENTS_FD', '>');
    if (my $held = take('AURORA_KEY_FD', '<')) {
        sysread $held, $key, 64;
        close $held;
    }
    return;
}

sub sealed {
    my ($line) = @_;
    return $line if $key eq '';
    my $tag = substr hmac_sha256_hex($line, $key), 0, 32;
    $key = sha256($key);    # what was told can't be sealed again
    return "$tag $line";
}

sub tell {
    my ($event, %facts) = @_;
    return if !$pipe || $$ != $owner;
    my $rest = sealed($json->encode({seq => $seq++, t => $event, %facts})) . "\n";
    while (length $rest) {
        my $written = syswrite $pipe, $rest;
        die "the judge's pipe: $!" if !defined $written;
        substr $rest, 0, $written, '';
    }
    return;
}

# Head and tail of a text of bytes, without the checkout's absolute path.
sub cut {
    my ($text, $limit) = @_;
    $text =~ s{\Q$BASE\E/}{}g;
    if (length $text > $limit) {
        my $half = int(($limit - 64) / 2);
        my $left = length($text) - 2 * $half;
        $text = substr($text, 0, $half) . "\n[... $left bytes ...]\n" . substr $text, -$half;
    }
    return Encode::decode('UTF-8', $text, Encode::FB_DEFAULT);
}

# The path below the repository's root; undef for one outside.
sub relative {
    my ($path) = @_;
    my $real = Cwd::realpath($path) // File::Spec->rel2abs($path);
    return $real =~ m{\A\Q$BASE\E/(.+)\z}s ? $1 : undef;
}

sub is_test_file {
    my ($path) = @_;
    return scalar grep { $path =~ $_ } @TEST_FILES;
}

# [path, line] of every "at FILE line N" inside the repository, in the order of the text.
sub places {
    my ($text) = @_;
    my @found;
    while ($text =~ /\bat (\S+) line (\d+)/g) {
        my ($file, $line) = ($1, $2);
        my $path = -f $file ? relative($file) : undef;
        push @found, [$path, $line] if defined $path;
    }
    return @found;
}

sub at {
    my ($place) = @_;
    return (frame => '') if !$place;
    my ($path, $number) = @$place;
    my $text = '';
    if (open my $source, '<', "$BASE/$path") {
        while (my $line = <$source>) { $text = $line if $. == $number }
        close $source;
    }
    $text =~ s/\A\s+|\s+\z//g;
    return (
        frame     => cut("$path:$number", 500) . ' in main',
        line_text => substr(cut($text, 4 * LINE_CHARS), 0, LINE_CHARS),
    );
}

my $ABSENT_MODULE = qr/Can't locate \S+\.pm in \@INC|is not exported by the|Can't continue after import errors/;
my $BROKEN_SYNTAX = qr/\bsyntax error\b|\bcompilation errors\b|Can't find string terminator|Missing right curly/;
my $NOT_LOADED    = qr/BEGIN failed--compilation aborted|Compilation failed in require|did not return a true value/;
my $LACKS         = qr/Can't locate object method "(\w+)" via package|Undefined subroutine &(?:\w+::)*(\w+) called/;

# What an exception's words mean, as the facts of a red result.
sub exception {
    my ($text, $signal) = @_;
    my @places  = places($text);
    my $loading = $text =~ $NOT_LOADED || $text =~ $BROKEN_SYNTAX || $text =~ $ABSENT_MODULE;
    my $place   = $loading ? $places[0] : $places[-1];
    my $ours    = !$place || is_test_file($place->[0]);
    my ($kind, $lacks) = ($ours ? 'test_code' : 'application', '');
    if ($text =~ /\bnot[ _-]?(?:yet )?implemented\b/i) { $kind = 'not_implemented' }
    elsif ($signal == 14)                             { $kind = 'timeout' }
    elsif ($text =~ $ABSENT_MODULE)                   { $kind = 'import' }
    elsif ($text =~ $BROKEN_SYNTAX)                   { $kind = 'syntax' }
    elsif ($text =~ /$NOT_LOADED|perhaps you forgot to load/) { $kind = 'import' }
    elsif ($ours && $text =~ $LACKS)                  { $lacks = $1 // $2 }
    return (kind => $kind, message => cut($text, MESSAGE_BYTES), at($place), lacks => substr cut($lacks, 400), 0, 200);
}

package Aurora::Harness;

use parent 'TAP::Harness';
use Time::HiRes ();

$INC{'Aurora/Harness.pm'} = __FILE__;

our %seen;

sub aggregate_tests {
    my ($self, @given) = @_;
    $self->jobs(1);    # one file after the other: their tests are told apart by when they came
    my $file;
    # what a test prints beside its TAP is what its failure says
    $self->callback(parser_args => sub { $_[0]->{merge} = 1; $_[0]->{ignore_exit} = 0 });
    $self->callback(
        made_parser => sub {
            my ($parser, $job) = @_;
            $file = Aurora::File->new($job->[0]);
            $parser->callback(ALL => sub { $file->hear($_[0]) });
        }
    );
    $self->callback(after_test => sub { $file->end($_[1]) });
    return $self->SUPER::aggregate_tests(@given);
}

package Aurora::File;

# One test file while it runs. `said`: lines that are no TAP since the last test, which belong to the next one (a
# subtest's) or to how the file ended.
sub new {
    my ($class, $path) = @_;
    my $node = Aurora::Events::cut(Aurora::Events::relative($path) // $path, 2000);
    return bless {node => $node, said => [], since => Time::HiRes::time(), began => Time::HiRes::time(), failed => 0},
        $class;
}

sub hear {
    my ($self, $result) = @_;
    if ($result->is_test) {
        $self->begin;
        $self->finish_test;
        $self->{test} = {result => $result, before => $self->{said}, after => [], seconds => $self->lap};
        $self->{said} = [];
    }
    elsif ($result->is_comment && $self->{test} && $result->raw !~ /\A# Subtest: /) { push @{$self->{test}{after}}, $result->raw }
    elsif ($result->is_comment || $result->is_unknown) { push @{$self->{said}}, $result->raw }
    return;
}

sub lap {
    my ($self) = @_;
    my $now = Time::HiRes::time();
    (my $since, $self->{since}) = ($self->{since}, $now);
    return $now > $since ? $now - $since : 0;
}

sub begin {
    my ($self) = @_;
    return if $self->{begun}++;
    Aurora::Events::tell('collected', node => $self->{node}, path => $self->{node});
    Aurora::Events::tell('start', node => $self->{node});
    return;
}

sub result {
    my ($self, $node, $outcome, $seconds, %facts) = @_;
    Aurora::Events::tell(
        'result',
        node    => $node,
        when    => 'whole',
        outcome => $outcome,
        seconds => 0 + sprintf('%.4f', $seconds),
        sub     => JSON::PP::false,
        %facts
    );
    return;
}

sub text {
    my (@lines) = @_;
    s/\A(\s*)#[ ]?/$1/ for @lines;
    return join "\n", @lines;
}

sub finish_test {
    my ($self) = @_;
    my $test   = delete $self->{test} or return;
    my $result = $test->{result};
    my $name   = $result->description;
    $name =~ s/\A- //;
    $name =~ s/\\([#\\])/$1/g;
    $name = 'test ' . $result->number if $name eq '';
    my $node   = "$self->{node} > " . Aurora::Events::cut($name, 400);
    my $number = ++$seen{$node};
    $node .= " (same name, $number)" if $number > 1;
    Aurora::Events::tell('collected', node => $node, path => $self->{node});
    my ($before, $after) = (text(@{$test->{before}}), text(@{$test->{after}}));
    my $why = Aurora::Events::cut($result->explanation, 400);

    if    ($result->has_skip) { $self->result($node, 'skipped', $test->{seconds}, message => $why) }
    elsif ($result->has_todo) {
        $self->result($node, $result->is_actual_ok ? 'xpassed' : 'xfailed', $test->{seconds}, message => $why);
    }
    elsif ($result->is_actual_ok) { $self->result($node, 'passed', $test->{seconds}) }
    else {
        $self->{failed}++;
        my $output = Aurora::Events::cut($before, Aurora::Events::OUTPUT_BYTES);
        $self->result($node, 'failed', $test->{seconds}, failure($name, $before, $after), output => $output);
    }
    return;
}

# A red test's facts, from what Test::More said of it; of a subtest the innermost failure comes first.
sub failure {
    my ($name, $before, $after) = @_;
    my $text = "$before\n$after";
    if ($text =~ /Tried to (?:use|require) '.*?Error: +(.+)/s) {
        my %facts = Aurora::Events::exception($1, 0);
        $facts{kind} = 'import' if $facts{kind} !~ /\A(?:syntax|not_implemented)\z/;
        %facts = (%facts, Aurora::Events::at((Aurora::Events::places($text))[0])) if $facts{frame} eq '';
        return %facts;
    }
    my $place  = (Aurora::Events::places($text))[0];
    my %at     = Aurora::Events::at($place);
    my $absent = $text =~ /^\s*got: '?(?:404|405|501)\b/m && "$name $at{frame} " . ($at{line_text} // '');
    my $kind   = $absent && $absent =~ /status|\bcode\b/i ? 'http_status' : 'assertion';
    my $said   = ($before =~ /(^\s*Failed test .*)/ms ? "$1\n" : '') . $after;
    $said = "not ok: $name" if $said !~ /\S/;
    return (kind => $kind, message => Aurora::Events::cut($said, Aurora::Events::MESSAGE_BYTES), %at);
}

sub end {
    my ($self, $parser) = @_;
    my ($exit, $signal) = ($parser->exit // 0, ($parser->wait // 0) & 127);
    my @after = $self->{test} ? @{$self->{test}{after}} : ();
    $self->finish_test;
    my $seconds = Time::HiRes::time() - $self->{began};
    $seconds = 0 if $seconds < 0;
    my @errors = $parser->parse_errors;
    push @errors, "it was ended by signal $signal" if $signal;
    push @errors, "it ended with exit code $exit" if $exit && (@errors || !$self->{failed} || $exit == 255);
    if (!@errors) {
        $self->begin;
        my $skipped = $parser->skip_all;
        return $self->result($self->{node}, 'skipped', $seconds, message => Aurora::Events::cut("$skipped", 400))
            if $skipped;
        return $self->result($self->{node}, 'passed', $seconds);
    }
    my $ended = join '; ', @errors;
    my $words = text(@{$self->{said}}, @after);
    my %facts = Aurora::Events::exception($words, $signal);
    $facts{message} = Aurora::Events::cut("The file did not run to its planned end: $ended.\n$words", 4000);
    if (!$self->{begun} && $facts{kind} =~ /\A(?:syntax|import)\z/) {
        return Aurora::Events::tell('collect_error', node => $self->{node}, %facts);
    }
    $self->begin;
    return $self->result($self->{node}, 'error', $seconds, %facts);
}

package main;

use App::Prove ();

sub main {
    my @words = @_;
    my @only;
    Aurora::Events::listen_to_judge();
    while (@words > 1 && $words[0] =~ /\A--(only|env)\z/) {
        my $option = $1;
        (undef, my $value) = splice @words, 0, 2;
        if ($option eq 'only') { push @only, $value }
        else {
            my ($name, $is) = split /=/, $value, 2;
            $ENV{$name} = $is;
        }
    }
    Aurora::Events::tell('begin', base => $Aurora::Events::BASE, runner => "prove $App::Prove::VERSION", perl => "$]");
    Aurora::Events::tell('no_coverage', message => 'no tool of coverage is known for Perl')
        if $Aurora::Events::given{AURORA_COVERAGE};
    my $message = 'a test file of Perl is a process of its own, which one in another process says nothing of';
    Aurora::Events::tell('no_sentinels', message => $message);
    my $green = eval {
        my $app = App::Prove->new;
        $app->process_args(@words);
        $app->harness('Aurora::Harness');
        $app->plugins([]);    # a program in this process could tell anything
        $app->modules([]);
        $app->argv([@only]) if @only;
        my @named = @{$app->argv};
        if (@named ? !grep { -e } @named : !-d 't') {
            print "no test files found\n";
            return 1;
        }
        $app->run ? 1 : 0;
    };
    if (!defined $green) {
        Aurora::Events::tell('internal_error', message => Aurora::Events::cut("$@", 4000));
        print STDERR $@;
    }
    Aurora::Events::tell('session', exit => $green ? 0 : 1);
    return $green ? 0 : 1;
}

exit main(@ARGV) if !caller;
1;
