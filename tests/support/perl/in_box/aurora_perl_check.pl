# Compiles or loads files of a Perl project, each in a process of its own, and prints what perl said of them.
#
#   perl aurora_perl_check.pl compile|load [-Ilib]... -- FILE...
#
# `compile`: with warnings; nothing but BEGIN blocks runs. `load`: a module is required, a program only compiled.
use strict;
use warnings;

delete @ENV{grep {/^AURORA_/} keys %ENV};
my $how = shift @ARGV;
my @switches;
while (@ARGV) {
    my $word = shift @ARGV;
    last if $word eq '--';
    push @switches, $word;
}
open STDERR, '>&', \*STDOUT or die "stderr: $!";
my $bad = 0;
for my $file (@ARGV) {
    my $path = $file =~ m{\A/} ? $file : "./$file";
    my @argv = $how eq 'compile' ? ('-wc', $path) : $path =~ /\.pm\z/ ? ('-e', 'require $ARGV[0]', $path) : ('-c', $path);
    my $status = system {$^X} $^X, @switches, @argv;
    next if !$status;
    $bad = 1;
    print "$file can't be loaded: perl ended with status $status\n";
}
exit $bad;
