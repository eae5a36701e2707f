@echo off
rem The launcher of an installed fovea on Windows; bin/fovea explains its variables and flags.
rem Standard error is unchanged: it has the JVM's line about the incubating Vector API, and no progress bar.
setlocal EnableExtensions DisableDelayedExpansion
set "WANTED=25"
for %%i in ("%~dp0..") do set "TOP=%%~fi"
set "LIB=%TOP%\lib"
set "LOG=-Xlog:disable -Xlog:all=warning,aot=off,cds=off:stderr"
set "FLAGS=%LOG% -XX:+UseSerialGC -Xmn48m -XX:ObjectAlignmentInBytes=64 -XX:-UseFPUForSpilling -XX:PerMethodTrapLimit=10000 -Djava.awt.headless=true"
set "QUICK=%LOG% -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmn48m -Djava.awt.headless=true"
set "MAIN=io.fovea.cli.Fovea"
set "MORE_TO_DO=75"

rem An image of jlink has its Java beside this file.
set "JDK="
set "AOT=%TOP%\aot"
set "MODULES="
if exist "%~dp0java.exe" set "JDK=%TOP%"
if defined JDK goto run

set MODULES="--module-path=%LIB%"
set "OLDER="
call :try "%FOVEA_JAVA_HOME%"
call :try "%JAVA_HOME%"
for %%j in (java.exe) do if not "%%~$PATH:j"=="" for %%d in ("%%~dp$PATH:j..") do call :try "%%~fd"
for /d %%d in ("%ProgramFiles%\Java\jdk-*") do call :try "%%~d"
for /d %%d in ("%ProgramFiles%\Eclipse Adoptium\jdk-*") do call :try "%%~d"
for /d %%d in ("%ProgramFiles%\Microsoft\jdk-*") do call :try "%%~d"
for /d %%d in ("%ProgramFiles%\Zulu\zulu-*") do call :try "%%~d"
for /d %%d in ("%ProgramFiles%\Amazon Corretto\jdk*") do call :try "%%~d"
for /d %%d in ("%USERPROFILE%\.jdks\*") do call :try "%%~d"
if not defined OLDER set "OLDER=none"
if defined JDK goto found
>&2 echo fovea: needs a JDK of version %WANTED% or newer, found %OLDER%; install one or set JAVA_HOME to it
exit /b 1

:found
rem The record, the JVM's ahead-of-time cache: beside the program, or else in the cache folder.
set "RECORD=%LIB% %VERSION%"
call :recorded
if not errorlevel 1 goto run
call :make
if not errorlevel 1 goto run
set "AOT=%LOCALAPPDATA%\fovea\aot"
if defined FOVEA_HOME set "AOT=%FOVEA_HOME%\aot"
call :recorded
if errorlevel 1 call :make

:run
set "START="
for %%c in (predict -h --help -V --version) do if /i "%~1"=="%%c" set "START=quick"
if "%~1"=="" set "START=quick"
if /i "%~2"=="--help" set "START=quick"
if not defined START goto full
if defined FOVEA_JAVA_OPTS goto full
if not exist "%AOT%\quick.aot" goto full
"%JDK%\bin\java.exe" -cp "%LIB%\*" %QUICK% "-XX:AOTCache=%AOT%\quick.aot" -Dfovea.start=quick %MAIN% %*
if not %ERRORLEVEL%==%MORE_TO_DO% exit /b %ERRORLEVEL%

:full
set "CACHE="
if exist "%AOT%\start.aot" set CACHE="-XX:AOTCache=%AOT%\start.aot"
"%JDK%\bin\java.exe" %MODULES% %FLAGS% %CACHE% %FOVEA_JAVA_OPTS% -m io.fovea.cli/%MAIN% %*
exit /b %ERRORLEVEL%

rem try FOLDER: sets a JDK that is new enough, or OLDER for one that is too old.
:try
if defined JDK exit /b 0
if not exist "%~1\bin\java.exe" exit /b 0
if not exist "%~1\release" exit /b 0
set "FOUND="
for /f "usebackq tokens=1,2 delims==" %%a in ("%~1\release") do if "%%a"=="JAVA_VERSION" set "FOUND=%%~b"
set "MAJOR="
for /f "delims=.-+" %%m in ("%FOUND%") do set "MAJOR=%%m"
if not defined MAJOR exit /b 0
if %MAJOR% LSS %WANTED% goto old
set "JDK=%~1"
set "VERSION=%FOUND%"
exit /b 0
:old
if not defined OLDER set "OLDER=version %MAJOR% in %~1"
exit /b 0

rem Whether AOT has a record of these jars and this JDK.
:recorded
if not exist "%AOT%\recorded" exit /b 1
set "LINE="
for /f "usebackq delims=" %%l in ("%AOT%\recorded") do set "LINE=%%l"
if "%LINE%"=="%RECORD%" exit /b 0
exit /b 1

rem Creates the record in AOT; 1 if that folder is not writable.
:make
if not exist "%AOT%" mkdir "%AOT%" 2>nul
rem Named last, so that an interrupted rehearsal counts for nothing.
del /q "%AOT%\start.aot" "%AOT%\quick.aot" "%AOT%\recorded" 2>nul
(<nul set /p "=%RECORD%" >"%AOT%\recorded.part") 2>nul
if not exist "%AOT%\recorded.part" exit /b 1
rem Not for modules in a folder whose path is not ASCII, as bin/fovea explains.
set "ODD="
for /f "delims=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\:._-()+,~ " %%x in ("%LIB%") do set "ODD=1"
if defined ODD goto quick
"%JDK%\bin\java.exe" %MODULES% %FLAGS% "-XX:AOTCacheOutput=%AOT%\start.aot" -m io.fovea.cli/%MAIN% rehearse >"%AOT%\log" 2>&1
if errorlevel 1 del /q "%AOT%\start.aot" 2>nul
:quick
"%JDK%\bin\java.exe" -cp "%LIB%\*" %QUICK% "-XX:AOTCacheOutput=%AOT%\quick.aot" %MAIN% rehearse >>"%AOT%\log" 2>&1
if errorlevel 1 del /q "%AOT%\quick.aot" 2>nul
move /y "%AOT%\recorded.part" "%AOT%\recorded" >nul
exit /b 0
